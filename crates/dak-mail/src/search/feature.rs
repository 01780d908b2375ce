//! What `has:` finds in a message.

/// Something in a message.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Feature {
    /// A part that is a file.
    Attachment,
    /// A link to a file in Google Drive, documents of every kind included.
    Drive,
    /// A link to a document of Google Docs.
    Document,
    /// A link to a spreadsheet of Google Sheets.
    Spreadsheet,
    /// A link to a presentation of Google Slides.
    Presentation,
    /// A link to a video.
    Youtube,
    /// A label of the user's.
    UserLabels,
}

const FEATURES: [Feature; 7] = [
    Feature::Attachment,
    Feature::Drive,
    Feature::Document,
    Feature::Spreadsheet,
    Feature::Presentation,
    Feature::Youtube,
    Feature::UserLabels,
];

/// Which links tell that something is there.
const LINKS: [(&str, Feature); 9] = [
    ("docs.google.com/document/", Feature::Document),
    ("docs.google.com/document/", Feature::Drive),
    ("docs.google.com/presentation/", Feature::Presentation),
    ("docs.google.com/presentation/", Feature::Drive),
    ("docs.google.com/spreadsheets/", Feature::Spreadsheet),
    ("docs.google.com/spreadsheets/", Feature::Drive),
    ("drive.google.com/", Feature::Drive),
    ("youtu.be/", Feature::Youtube),
    ("youtube.com/", Feature::Youtube),
];

impl Feature {
    /// What it is called after `has:`.
    pub fn name(self) -> &'static str {
        match self {
            Feature::Attachment => "attachment",
            Feature::Drive => "drive",
            Feature::Document => "document",
            Feature::Spreadsheet => "spreadsheet",
            Feature::Presentation => "presentation",
            Feature::Youtube => "youtube",
            Feature::UserLabels => "userlabels",
        }
    }

    /// The feature that `has:` calls so.
    pub(super) fn named(name: &str) -> Option<Feature> {
        FEATURES.into_iter().find(|feature| feature.name().eq_ignore_ascii_case(name))
    }

    /// What the links in a text tell, each once. Hosts are found as people write them, in lower case.
    pub fn linked(text: &str) -> Vec<Feature> {
        let found = |feature: &Feature| LINKS.iter().any(|(link, of)| of == feature && text.contains(link));
        FEATURES.into_iter().filter(found).collect()
    }
}
