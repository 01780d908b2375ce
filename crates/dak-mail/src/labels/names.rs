//! Which names labels may have, and when two of them are the same.

use std::iter;

use dak_proto::fault::Fault;
use unicode_normalization::UnicodeNormalization;

use super::SYSTEM;

/// The longest name of a label, in characters.
pub const NAME_CHARS_MAX: usize = 225;

/// Below which label those are put whose names no label here can have.
const ELSEWHERE: &str = "Imported";

/// Names of the parts of a mailbox, which labels cannot have, in the languages they are shown in. Where people moved mail
/// between accounts, exactly these were refused: a mailbox's own names in its own language. Those that Takeout writes for what
/// is read and for categories are among them, since no label of such a name would come back from its files.
const RESERVED: [(&str, &[&str]); 13] = [
    (
        "en",
        &[
            "inbox",
            "sent",
            "sent mail",
            "draft",
            "drafts",
            "spam",
            "junk",
            "trash",
            "bin",
            "starred",
            "important",
            "read",
            "unread",
            "chat",
            "chats",
            "muted",
            "migrated",
            "snoozed",
            "scheduled",
            "archived",
            "buzz",
            "all mail",
            "allmail",
            "opened",
            "category personal",
            "category social",
            "category promotions",
            "category updates",
            "category forums",
            "category purchases",
            "category reservations",
        ],
    ),
    ("bn", &["ইনবক্স", "পাঠানো", "পাঠানো হয়েছে", "ড্রাফ্ট", "খসড়া", "স্প্যাম", "ট্র্যাশ", "তারকাচিহ্নিত", "গুরুত্বপূর্ণ", "অপঠিত", "চ্যাট"]),
    (
        "de",
        &["posteingang", "gesendet", "entwürfe", "papierkorb", "markiert", "wichtig", "ungelesen", "alle nachrichten"],
    ),
    (
        "es",
        &[
            "recibidos",
            "enviado",
            "enviados",
            "borradores",
            "papelera",
            "destacados",
            "importante",
            "no leídos",
            "todos",
        ],
    ),
    ("fr", &["boîte de réception", "messages envoyés", "brouillons", "corbeille", "suivis", "important", "non lus"]),
    ("hi", &["इनबॉक्स", "भेजे गए", "ड्राफ़्ट", "स्पैम", "ट्रैश", "तारांकित", "महत्वपूर्ण", "नहीं पढ़ा गया", "चैट"]),
    ("id", &["kotak masuk", "terkirim", "draf", "sampah", "berbintang", "penting", "belum dibaca"]),
    (
        "it",
        &["posta in arrivo", "inviati", "posta inviata", "bozze", "cestino", "speciali", "importanti", "da leggere"],
    ),
    ("ja", &["受信トレイ", "送信済み", "下書き", "迷惑メール", "ゴミ箱", "スター付き", "重要", "未読", "チャット"]),
    ("nl", &["postvak in", "verzonden", "concepten", "prullenbak", "met ster", "belangrijk", "ongelezen"]),
    ("pl", &["odebrane", "wysłane", "wersje robocze", "kosz", "oznaczone gwiazdką", "ważne", "nieprzeczytane"]),
    (
        "pt",
        &["caixa de entrada", "enviado", "enviados", "rascunhos", "lixeira", "com estrela", "importante", "não lida"],
    ),
    ("ru", &["входящие", "отправленные", "черновики", "спам", "корзина", "помеченные", "важное", "непрочитанные"]),
];

/// What decides whether two names are the same, and what a search calls a label: lower case, composed (NFC), every separator
/// a hyphen. `Work/To do`, `work-to-do` and `WORK&TO(DO` are one name. Which characters are separators was found by people
/// whose labels conflicted.
pub fn key(name: &str) -> String {
    let lower: String = name.trim().nfc().flat_map(char::to_lowercase).collect();
    lower.nfc().map(|c| if is_separator(c) { '-' } else { c }).collect()
}

/// Refuses a name that no label can have: empty or with an empty part between its slashes, too long, with control characters
/// or a caret, the name of a part of the mailbox in English or in the mailbox's language (a BCP 47 tag such as `nl` or `pt-BR`), or a system label's.
///
/// Blanks around the name do not count. Whether another label has it already is not known here: see [`key`] and
/// [`already_there`].
pub fn check_name(name: &str, language: &str) -> Result<(), Fault> {
    let trimmed = name.trim();
    let is_broken = trimmed.split('/').any(|part| part.trim().is_empty())
        || trimmed.chars().nth(NAME_CHARS_MAX).is_some()
        || trimmed.chars().any(|c| c.is_control() || c == '^');
    match is_broken || is_reserved(&key(trimmed), language) {
        true => Err(Fault::bad_request("invalidArgument", "Invalid label name")),
        false => Ok(()),
    }
}

/// The name that a label here can have, for one that was called so elsewhere: the same if it may be, else without what no
/// name can hold and below a label of its own, `Imported/`.
pub fn possible_name(name: &str, language: &str) -> String {
    let name = name.trim();
    if check_name(name, language).is_ok() {
        return name.to_owned();
    }
    let letters: String = name.chars().map(|c| if c.is_control() || c == '^' { ' ' } else { c }).collect();
    let parts = letters.split('/').map(str::trim).filter(|part| !part.is_empty());
    let whole = iter::once(ELSEWHERE).chain(parts).collect::<Vec<_>>().join("/");
    let short: String = whole.chars().take(NAME_CHARS_MAX).collect();
    short.trim_end_matches(|c: char| c == '/' || c.is_whitespace()).to_owned()
}

/// 409: another label has this [`key`] already.
pub fn already_there() -> Fault {
    Fault::new(409, "aborted", "Label name exists or conflicts")
}

fn is_reserved(wanted: &str, language: &str) -> bool {
    let language = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let mut names = RESERVED.iter().filter(|(of, _)| *of == "en" || *of == language).flat_map(|(_, names)| *names);
    names.any(|name| key(name) == wanted) || SYSTEM.iter().any(|label| key(label.id) == wanted)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '“' | '”' | '„' | '&' | '(' | ')' | '-' | '/' | '{' | '|' | '}')
}
