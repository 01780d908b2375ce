//! Who writes, and in what words.

use crate::Random;

/// Somebody who writes to the mailbox's owner.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) address: &'static str,
}

/// A language, by some of its words.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) name: &'static str,
    common: &'static [&'static str],
    /// What rarer words are made of.
    syllables: &'static [&'static str],
}

/// One word in so many is a rare one.
const RARE: u64 = 4;
/// A sentence has about so many words.
const SENTENCE_WORDS: u64 = 9;

impl Language {
    /// So many words, some of which end a sentence.
    pub(super) fn words(&self, random: &mut Random, count: u64) -> String {
        let mut text = String::new();
        for number in 0..count {
            if number > 0 {
                text.push_str(if random.once_in(SENTENCE_WORDS) { ". " } else { " " });
            }
            match random.once_in(RARE) {
                true => (0..=random.below(3)).for_each(|_| text.push_str(random.pick::<&str>(self.syllables))),
                false => text.push_str(random.pick::<&str>(self.common)),
            }
        }
        text
    }
}

pub(super) const PEOPLE: &[Person] = &[
    Person { name: "Amina Rahman", address: "amina@office.example" },
    Person { name: "রবীন সেন", address: "robin@dhaka.example" },
    Person { name: "Jürgen Weiß", address: "juergen@werk.example" },
    Person { name: "佐藤 花子", address: "hanako@tokyo.example" },
    Person { name: "Noor El-Din", address: "noor@post.example" },
    Person { name: "Olga Petrova", address: "olga@mail.example" },
    Person { name: "The Build", address: "noreply@ci.example" },
    Person { name: "News of the Week", address: "news@letters.example" },
];

pub(super) const LANGUAGES: &[Language] = &[ENGLISH, ENGLISH, BENGALI, GERMAN, JAPANESE, RUSSIAN];

const ENGLISH: Language = Language {
    name: "english",
    common: &[
        "the", "meeting", "report", "please", "invoice", "tomorrow", "review", "attached", "budget", "thanks", "train",
        "question", "draft", "release", "customer", "server", "holiday", "lunch", "contract", "version", "we", "can",
        "not", "before", "Friday",
    ],
    syllables: &[
        "an", "ber", "cor", "da", "el", "fin", "go", "hal", "in", "jo", "ket", "lu", "mer", "no", "pla", "qui",
    ],
};

const BENGALI: Language = Language {
    name: "bengali",
    common: &["সভা", "আগামীকাল", "প্রতিবেদন", "ধন্যবাদ", "চিঠি", "নদী", "বই", "কাজ", "শুভেচ্ছা", "প্রশ্ন", "বাংলা", "আমরা"],
    syllables: &["বি", "শ্ব", "দ্যা", "লয়", "মা", "ঠ", "আ", "লো", "র", "কি", "নু", "সো"],
};

const GERMAN: Language = Language {
    name: "german",
    common: &[
        "Rechnung", "Grüße", "bitte", "morgen", "Straße", "prüfen", "Anhang", "der", "und", "Termin", "für", "Züge",
    ],
    syllables: &["ver", "ge", "stell", "ung", "bau", "zeit", "über", "lich", "keit", "haus"],
};

const JAPANESE: Language = Language {
    name: "japanese",
    common: &["会議", "明日", "資料", "ありがとう", "請求書", "確認", "東京", "お願いします"],
    syllables: &["か", "き", "く", "山", "川", "田", "中", "本"],
};

const RUSSIAN: Language = Language {
    name: "russian",
    common: &["встреча", "завтра", "отчёт", "спасибо", "счёт", "вопрос", "проект", "пожалуйста"],
    syllables: &["по", "ста", "вле", "ние", "ра", "бо", "та", "го"],
};
