//! Charsets that mail has and the web has not.

use encoding_rs::{EUC_KR, GBK};
use mail_parser::decoders::charsets::map::charset_decoder;
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// Names that mail uses, in small letters and with `-` for `_`, and those that everybody knows.
const ALIASES: [(&str, &str); 37] = [
    ("ansi-1251", "windows-1251"),
    ("big5hkscs", "big5"),
    ("cn-gb", "gbk"),
    ("cp50220", "iso-2022-jp"),
    ("cp50221", "iso-2022-jp"),
    ("cp51932", "euc-jp"),
    ("cp51949", "euc-kr"),
    ("cp65001", "utf-8"),
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("cswindows31j", "shift_jis"),
    ("euc-cn", "gbk"),
    ("eucjp", "euc-jp"),
    ("euckr", "euc-kr"),
    ("gb-18030", "gb18030"),
    ("hz", "hz-gb-2312"),
    ("iso-2022-jp-1", "iso-2022-jp"),
    ("iso-2022-jp-2", "iso-2022-jp"),
    ("iso-2022-jp-3", "iso-2022-jp"),
    ("iso-2022-jp-ms", "iso-2022-jp"),
    ("ks-c-5601", "euc-kr"),
    ("latin-1", "iso-8859-1"),
    ("mac-cyrillic", "x-mac-cyrillic"),
    ("mac-roman", "macintosh"),
    ("ms936", "gbk"),
    ("ms949", "euc-kr"),
    ("ms950", "big5"),
    ("ucs-4", "utf-32"),
    ("uhc", "euc-kr"),
    ("ujis", "euc-jp"),
    ("unicode-1-1-utf-7", "utf-7"),
    ("utf32", "utf-32"),
    ("win-1251", "windows-1251"),
    ("windows-936", "gbk"),
    ("x-mac-roman", "macintosh"),
];
/// What stands before the number of a code page of DOS.
const CODE_PAGES: [&str; 7] = ["cspc8codepage", "x-cp", "cp-", "cp", "ibm-", "ibm", ""];
const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;

/// The name that the WHATWG, or else [`decoded`], knows a charset by.
pub(super) fn known_name(label: &str) -> &str {
    let is_same = |alias: &str| label.len() == alias.len() && label.bytes().map(plain).eq(alias.bytes());
    ALIASES.iter().find(|(alias, _)| is_same(alias)).map_or(label, |(_, name)| *name)
}

/// The text, if the charset is one of these. What the WHATWG replaces as a whole is read where it is understood:
/// nobody else takes the bytes for another charset's, since the text is given as UTF-8.
pub(super) fn decoded(name: &str, bytes: &[u8]) -> Option<String> {
    let name: String = name.bytes().map(plain).map(char::from).collect();
    match name.as_str() {
        "iso-2022-kr" | "csiso2022kr" => Some(iso_2022_kr(bytes)),
        "hz-gb-2312" => Some(hz(bytes)),
        "utf-32" | "utf-32be" | "utf-32le" => Some(utf_32(bytes, name.ends_with("le"))),
        "iso-2022-cn" | "iso-2022-cn-ext" | "replacement" => None,
        _ => code_page(&name, bytes).or_else(|| charset_decoder(name.as_bytes()).map(|decode| decode(bytes))),
    }
}

fn plain(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() }
}

fn code_page(name: &str, bytes: &[u8]) -> Option<String> {
    let number = CODE_PAGES.iter().find_map(|prefix| name.strip_prefix(prefix)?.parse::<u16>().ok())?;
    Some(DECODING_TABLE_CP_MAP.get(&number)?.decode_string_lossy(bytes))
}

/// RFC 1557: between SO and SI, and no further than the line, bytes are those of EUC-KR without the highest bit.
fn iso_2022_kr(bytes: &[u8]) -> String {
    let mut is_korean = false;
    let mut euc = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, behind)) = rest.split_first() {
        rest = rest.strip_prefix(b"\x1b$)C").unwrap_or(behind);
        match *byte {
            0x1b if rest.len() < behind.len() => {}
            SHIFT_OUT => is_korean = true,
            SHIFT_IN => is_korean = false,
            byte => {
                is_korean &= byte != b'\n';
                euc.push(if is_korean && byte > b' ' { byte | 0x80 } else { byte });
            }
        }
    }
    EUC_KR.decode_without_bom_handling(&euc).0.into_owned()
}

/// RFC 1843: between `~{` and `~}`, and no further than the line, pairs are those of GB 2312 without the highest bits.
fn hz(bytes: &[u8]) -> String {
    let mut is_chinese = false;
    let mut gb = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, behind)) = rest.split_first() {
        rest = match (rest, behind.first()) {
            ([b'~', b'{' | b'}' | b'~' | b'\n', behind @ ..], Some(second)) => {
                is_chinese = *second == b'{';
                gb.extend((*second == b'~').then_some(b'~'));
                behind
            }
            ([b'!'..=b'}', ..], Some(second @ b'!'..=b'~')) if is_chinese => {
                gb.extend([byte | 0x80, second | 0x80]);
                behind.get(1..).unwrap_or_default()
            }
            _ => {
                is_chinese &= *byte != b'\n';
                gb.push(*byte);
                behind
            }
        };
    }
    GBK.decode_without_bom_handling(&gb).0.into_owned()
}

/// A mark at the beginning tells the order of bytes; without one, text that is none with the highest first has the
/// lowest first.
fn utf_32(bytes: &[u8], is_little: bool) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    let is_little = is_little || units.first().is_some_and(|unit| char::from_u32(u32::from_be_bytes(*unit)).is_none());
    let number = |unit: &[u8; 4]| if is_little { u32::from_le_bytes(*unit) } else { u32::from_be_bytes(*unit) };
    let letters = units.iter().map(|unit| char::from_u32(number(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    let text: String = letters.collect();
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}
