//! The rules of mail, pure: what an RFC 5322 message is in the words of the Gmail API.
//!
//! Nothing here opens a file or a socket, reads a clock or draws a number: messages are bytes that come in, and what is
//! read from them is values. What a stranger sends is never refused for its form and never costs more than its bounds
//! allow; a mail that follows no rule is still a mail.

pub mod certificates;
pub mod compose;
pub mod labels;
pub mod languages;
pub mod letter;
pub mod marks;
pub mod mbox;
pub mod mime;
pub mod parcel;
pub mod sanitise;
pub mod search;
pub mod takeout;
pub mod threading;
