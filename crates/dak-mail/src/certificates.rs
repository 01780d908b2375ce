//! Certificates as S/MIME carries them: taken out of a PKCS #7, and told whose they are. Nothing is verified here.

#[cfg(test)]
mod tests;

use base64_simd::STANDARD;

/// The most certificates of one chain.
const CHAIN_MAX: usize = 20;
/// How many characters a line of PEM has.
const PEM_LINE_CHARS: usize = 64;
/// The identifier of signed data (RFC 5652 5.1).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// The identifier of an address in a name (RFC 2985 5.2.1).
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01];
/// The identifier of a subject's other names (RFC 5280 4.2.1.6).
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0]` around something, which is the version of a certificate or the content of a message.
const CONTEXT_0: u8 = 0xa0;
/// `[3]` around the extensions of a certificate.
const CONTEXT_3: u8 = 0xa3;
/// `[1]`, an address among other names.
const RFC822_NAME: u8 = 0x81;

/// A certificate (X.509), as far as its names are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    addresses: Vec<String>,
}

/// The certificates of a PKCS #7 in PEM, in its order; `None` for what is none or has none.
pub fn of_pkcs7(pem: &str) -> Option<Vec<Certificate>> {
    let der = unwrap_pem(pem)?;
    let mut content_info = Der(&der).next().filter(|info| info.tag == SEQUENCE)?.inside();
    content_info.next().filter(|kind| kind.tag == OBJECT_IDENTIFIER && kind.content == SIGNED_DATA)?;
    let signed_data = content_info.next().filter(|content| content.tag == CONTEXT_0)?.inside().next()?;
    let certificates = signed_data.inside().find(|member| member.tag == CONTEXT_0)?;
    let chain: Option<Vec<Certificate>> = certificates.inside().take(CHAIN_MAX).map(Certificate::of).collect();
    chain.filter(|chain| !chain.is_empty())
}

/// The certificate at the end of a chain: the one that issued none of the others.
pub fn leaf(chain: &[Certificate]) -> Option<&Certificate> {
    let issued_another = |certificate: &Certificate| {
        chain.iter().any(|other| other.der != certificate.der && other.issuer == certificate.subject)
    };
    chain.iter().find(|certificate| !issued_another(certificate))
}

/// Whether bytes look like a PKCS #12: a sequence that begins with version 3 (RFC 7292 4).
pub fn is_pkcs12(bytes: &[u8]) -> bool {
    let version = Der(bytes).next().filter(|pfx| pfx.tag == SEQUENCE).and_then(|pfx| pfx.inside().next());
    version.is_some_and(|version| version.tag == INTEGER && version.content == [3])
}

impl Certificate {
    /// RFC 5280 4.1: the version, if it is said, then number, algorithm, issuer, validity, subject, key, extensions.
    fn of(element: Element<'_>) -> Option<Certificate> {
        let mut signed = element.inside().next().filter(|signed| signed.tag == SEQUENCE)?.inside();
        let first = signed.next()?;
        if first.tag == CONTEXT_0 {
            signed.next()?;
        }
        let issuer = signed.nth(1)?;
        let subject = signed.nth(1)?;
        let mut addresses = addresses_of_name(&subject);
        let extensions = signed.find(|member| member.tag == CONTEXT_3).and_then(|member| member.inside().next());
        for address in extensions.into_iter().flat_map(|extensions| extensions.inside()).flat_map(|e| other_names(&e)) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Some(Certificate {
            der: element.whole.to_vec(),
            issuer: issuer.whole.to_vec(),
            subject: subject.whole.to_vec(),
            addresses,
        })
    }

    /// The addresses it is for.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The certificate as PEM (RFC 7468 5).
    pub fn pem(&self) -> String {
        let text = STANDARD.encode_to_string(&self.der);
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for (place, c) in text.chars().enumerate() {
            if place > 0 && place.is_multiple_of(PEM_LINE_CHARS) {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem + "\n-----END CERTIFICATE-----\n"
    }
}

/// A name is a sequence of sets of pairs.
fn addresses_of_name(name: &Element<'_>) -> Vec<String> {
    let pairs = name.inside().flat_map(|set| set.inside());
    let address = |pair: Element<'_>| {
        let mut pair = pair.inside();
        pair.next().filter(|kind| kind.content == EMAIL_ADDRESS)?;
        text(&pair.next()?)
    };
    pairs.filter_map(address).collect()
}

fn other_names(extension: &Element<'_>) -> Vec<String> {
    let is_wanted = extension.inside().next().is_some_and(|kind| kind.content == SUBJECT_ALT_NAME);
    let value = extension.inside().find(|member| member.tag == OCTET_STRING).filter(|_| is_wanted);
    let names = value.and_then(|value| value.inside().next());
    let names = names.into_iter().flat_map(|names| names.inside());
    names.filter(|name| name.tag == RFC822_NAME).filter_map(|name| text(&name)).collect()
}

fn text(element: &Element<'_>) -> Option<String> {
    String::from_utf8(element.content.to_vec()).ok()
}

/// What stands between the lines of a PEM, whatever it is called.
fn unwrap_pem(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (_, rest) = rest.split_once("-----")?;
    let (text, _) = rest.split_once("-----END ")?;
    let text: String = text.split_ascii_whitespace().collect();
    STANDARD.decode_to_vec(text).ok()
}

/// Elements one after another in DER (X.690 8.1). What is broken ends them.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

#[derive(Clone, Copy)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Element<'a> {
    fn inside(&self) -> Der<'a> {
        Der(self.content)
    }
}

impl<'a> Iterator for Der<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (tag, rest) = self.0.split_first()?;
        let (length, rest) = length(rest)?;
        let (content, after) = rest.split_at_checked(length)?;
        let whole = self.0.get(..self.0.len() - after.len())?;
        self.0 = after;
        Some(Element { tag: *tag, content, whole })
    }
}

/// A length of one byte, or of as many as the first one says; never of none, which DER has not.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let is_possible = (1..=4).contains(&digits.len());
    let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    is_possible.then_some((length, rest))
}
