use super::{images, words};

#[test]
fn words_without_markup() {
    for (html, expected) in [
        ("plain", "plain"),
        ("<p>One</p><p>two</p>", "One two"),
        ("Hel<b>lo</b> wo<i class=\"x>y\">rld</i>", "Hello world"),
        ("a<script>var b = '<p>c</p>';</SCRIPT>d<style>e{}</style>", "a d"),
        ("1 < 2 &amp; 3 &gt; 2 &#65;&#x42; &bogus; &", "1 < 2 & 3 > 2 AB &bogus; &"),
        ("caf&eacute;&nbsp;&mdash;&#2438;&Ouml;l &amp;lt; &;", "café —আÖl &lt; &;"),
        ("a<!-- <b>no</b> -->b", "a b"),
        ("cut<a href='x", "cut"),
        ("<br/>আমার<br>সোনার বাংলা", "আমার সোনার বাংলা"),
        ("", ""),
    ] {
        let found: Vec<String> = words(html).split_whitespace().map(str::to_owned).collect();
        assert_eq!(found.join(" "), expected, "{html}");
    }
}

#[test]
fn pictures() {
    for (html, expected) in [
        ("<img src=\"https://a.example/1.png\">", vec!["https://a.example/1.png"]),
        ("<IMG alt='a > b' SRC='x.png?a=1&amp;b=2'/><img src=x.png><img src=x.png>", vec!["x.png?a=1&b=2", "x.png"]),
        ("<img hidden src = y.png >", vec!["y.png"]),
        ("<image src=no.png><img><img src=''><p src=no>", vec![]),
        ("<img src=\"unfinished", vec!["unfinished"]),
    ] {
        assert_eq!(images(html), expected, "{html}");
    }
}
