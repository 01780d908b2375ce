use dak_client::secrets;

use super::HELP;

#[test]
fn the_help_names_all_that_is_left_out() {
    let words: Vec<String> = HELP
        .split(|letter: char| letter.is_whitespace() || ",.".contains(letter))
        .map(str::to_ascii_lowercase)
        .collect();
    for name in secrets::HEADERS.iter().chain(&secrets::PARAMETERS) {
        assert!(words.iter().any(|word| word == name), "{name}");
    }
}
