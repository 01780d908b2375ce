//! Searches, and which mails they find: told from the mails alone, word by word.

use std::collections::BTreeSet;

use dak_mail::mime::{AddressField, Body, Limits, Part};
use dak_testkit::{Mail, Server};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{OWNER, get, owned};

/// A search.
struct Search {
    query: &'static str,
    /// Whether it finds a mail.
    finds: fn(&Read<'_>) -> bool,
}

const fn search(query: &'static str, finds: fn(&Read<'_>) -> bool) -> Search {
    Search { query, finds }
}

const SEARCHES: &[Search] = &[
    search("", |_| true),
    search("meeting", |mail| mail.says("meeting")),
    search("MEETING -invoice", |mail| mail.says("meeting") && !mail.says("invoice")),
    search("meeting OR invoice budget", |mail| mail.says_one(&["meeting", "invoice"]) && mail.says("budget")),
    search("{meeting invoice} -the", |mail| mail.says_one(&["meeting", "invoice"]) && !mail.says("the")),
    search("meet", |mail| mail.says("meet")),
    search("\"please review\"", |mail| mail.phrase(&["please", "review"])),
    search("subject:budget", |mail| mail.subject_has("budget")),
    search("subject:(budget report)", |mail| mail.subject_has("budget") && mail.subject_has("report")),
    search("সভা", |mail| mail.says("সভা")),
    search("সভা -নদী", |mail| mail.says("সভা") && !mail.says("নদী")),
    search("subject:প্রতিবেদন", |mail| mail.subject_has("প্রতিবেদন")),
    search("\"আমরা সভা\"", |mail| mail.phrase(&["আমরা", "সভা"])),
    search("grüße termin", |mail| mail.says("grüße") && mail.says("termin")),
    search("завтра", |mail| mail.says("завтра")),
    search("from:amina", |mail| mail.is_from("amina@")),
    search("from:hanako@tokyo.example is:unread", |mail| mail.is_from("hanako@") && mail.has("UNREAD")),
    search("from:me", |mail| mail.is_from(OWNER)),
    search("to:me from:noreply", |mail| mail.is_from("noreply@")),
    search("to:robin", |mail| mail.to.starts_with("robin@")),
    search("label:projects-number-3", |mail| mail.has("Projects/Number 3")),
    search("label:projects-number-3 is:unread", |mail| mail.has("Projects/Number 3") && mail.has("UNREAD")),
    search("label:\"Projects/Number 7\" OR is:starred", |mail| mail.has("Projects/Number 7") || mail.has("STARRED")),
    search("is:starred", |mail| mail.has("STARRED")),
    search("is:important in:inbox", |mail| mail.has("IMPORTANT") && mail.has("INBOX")),
    search("is:read in:inbox -is:important", |mail| !mail.has("UNREAD") && mail.has("INBOX") && !mail.has("IMPORTANT")),
    search("-in:inbox -in:sent", |mail| !mail.has("INBOX") && !mail.has("SENT")),
    search("in:sent", |mail| mail.has("SENT")),
    search("in:spam", |mail| mail.has("SPAM")),
    search("in:trash invoice", |mail| mail.has("TRASH") && mail.says("invoice")),
    search("in:anywhere holiday", |mail| mail.says("holiday")),
    search("category:social", |mail| mail.has("CATEGORY_SOCIAL")),
    search("has:attachment", |mail| !mail.files.is_empty()),
    search("has:userlabels", |mail| mail.has_own_label()),
    search("has:nouserlabels is:starred", |mail| !mail.has_own_label() && mail.has("STARRED")),
    search("filename:pdf", |mail| mail.has_file(".pdf")),
    search("filename:png from:me", |mail| mail.has_file(".png") && mail.is_from(OWNER)),
    search("list:bengali", |mail| mail.list.contains("bengali")),
    search("larger:10K", |mail| mail.mail.raw.len() > 10 * 1024),
    search("smaller:1000 english", |mail| mail.mail.raw.len() < 1000 && mail.says("english")),
    search("after:1580000000 before:1580100000", |mail| {
        (1_580_000_000..1_580_100_000).contains(&(mail.mail.date_ms / 1000))
    }),
    search("before:2020/01/03", |mail| mail.mail.date_ms < 1_578_038_400_000),
];

/// Every search finds what it should, newest first, as messages and as threads.
pub(super) fn check(server: &Server, mails: &[Mail], messages: &[(&str, &str)]) {
    let read: Vec<Read<'_>> = mails.iter().map(Read::new).collect();
    for Search { query: search, finds } in SEARCHES {
        let is_shown = |mail: &Read<'_>| {
            search.contains("in:anywhere")
                || ["SPAM", "TRASH"]
                    .iter()
                    .all(|place| !mail.has(place) || search.to_uppercase().starts_with(&format!("IN:{place}")))
        };
        let found = read.iter().zip(messages).filter(|(mail, _)| finds(mail) && is_shown(mail));
        let found: Vec<(&str, &str)> = found.map(|(_, message)| *message).collect();
        let mut expected: Vec<&str> = found.iter().map(|(id, _)| *id).collect();
        let mut listed = list(server, "messages", search);
        // Of one second's mails either may come first.
        expected.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed.len(), expected.len(), "{search}");
        assert_eq!(listed, expected, "{search}");
        let threads: BTreeSet<&str> = found.iter().map(|(_, thread)| *thread).collect();
        let mut listed = list(server, "threads", search);
        listed.sort_unstable();
        assert!(listed.iter().eq(&threads), "{search}: {} threads of {}", listed.len(), threads.len());
    }
}

/// The ids of what a list with a search lists, page by page.
fn list(server: &Server, noun: &str, search: &str) -> Vec<String> {
    let search = utf8_percent_encode(search, NON_ALPHANUMERIC);
    let (mut ids, mut token) = (Vec::new(), String::new());
    loop {
        let page = get(server, &format!("{noun}?maxResults=500&q={search}&pageToken={token}"));
        ids.extend(page[noun].as_array().into_iter().flatten().map(|item| owned(&item["id"])));
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => return ids,
        }
    }
}

/// What a mail says.
struct Read<'a> {
    mail: &'a Mail,
    subject: Vec<String>,
    text: Vec<String>,
    /// All words, also of names, addresses and files.
    words: BTreeSet<String>,
    from: String,
    to: String,
    list: String,
    files: Vec<String>,
}

impl<'a> Read<'a> {
    fn new(mail: &'a Mail) -> Read<'a> {
        let parsed = dak_mail::mime::Mail::parse(&mail.raw, &Limits::default());
        let address =
            |field| parsed.addresses(field).into_iter().next().map(|it| (it.name, it.address)).unwrap_or_default();
        let [(from_name, from), (to_name, to)] = [AddressField::From, AddressField::To].map(address);
        let subject = words(&parsed.subject().unwrap_or_default());
        let files: Vec<String> = parsed.filenames().into_iter().map(str::to_owned).collect();
        let text = words(first_text(&parsed.root).unwrap_or_default());
        let others = [&from_name, &to_name, &from, &to, &files.join(" ")].map(String::as_str).join(" ");
        let all = subject.iter().chain(&text).cloned().chain(words(&others)).collect();
        Read { mail, subject, text, words: all, from, to, list: parsed.lists().concat(), files }
    }

    fn says(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    fn says_one(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.says(word))
    }

    fn subject_has(&self, word: &str) -> bool {
        self.subject.iter().any(|has| has == word)
    }

    fn phrase(&self, phrase: &[&str]) -> bool {
        let files = self.files.iter().map(|name| words(name));
        let mut texts = [self.subject.clone(), self.text.clone()].into_iter().chain(files);
        texts.any(|words| words.windows(phrase.len()).any(|window| window == phrase))
    }

    fn is_from(&self, start: &str) -> bool {
        self.from.starts_with(start)
    }

    fn has(&self, label: &str) -> bool {
        self.mail.labels.iter().any(|has| has == label)
    }

    fn has_own_label(&self) -> bool {
        self.mail.labels.iter().any(|label| label.starts_with("Projects/"))
    }

    fn has_file(&self, ending: &str) -> bool {
        self.files.iter().any(|name| name.ends_with(ending))
    }
}

/// The first text in a part or in those within it; of the made-up mails it says all that others say.
fn first_text<'a>(part: &'a Part<'_>) -> Option<&'a str> {
    match &part.body {
        Body::Inline { text, .. } => Some(text),
        _ => part.parts.iter().find_map(first_text),
    }
}

/// The words of a text in lower case: what stands between blanks and punctuation.
fn words(text: &str) -> Vec<String> {
    let is_between = |letter: char| letter.is_whitespace() || letter.is_ascii_punctuation();
    text.split(is_between).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
