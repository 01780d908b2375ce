//! The pages of a list (`P6`).

#[cfg(test)]
mod tests;

use dak_proto::fields::Mask;
use url::Url;

use crate::blocking;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::response::Response;

/// The pages of a list, fetched one by one.
///
/// The async one is asked for its [`next_page`](Pages::next_page); the blocking one is an iterator. After an error
/// there are no more pages.
#[derive(Debug)]
#[must_use = "pages are fetched when they are asked for"]
pub struct Pages<C> {
    client: C,
    pager: Pager,
}

impl<C> Pages<C> {
    pub(crate) fn new(client: C, first: Result<Call, String>) -> Pages<C> {
        Pages { client, pager: Pager::new(first) }
    }
}

impl Pages<Client> {
    /// The next page; none after the last.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn next_page(&mut self) -> Result<Option<Response>, Error> {
        let Some(call) = self.pager.next_call()? else { return Ok(None) };
        let answer = self.client.send(call).await;
        self.pager.heard(answer).map(Some)
    }
}

impl Iterator for Pages<blocking::Client> {
    type Item = Result<Response, Error>;

    fn next(&mut self) -> Option<Result<Response, Error>> {
        let call = self.pager.next_call().transpose()?;
        Some(call.and_then(|call| self.pager.heard(self.client.send(call))))
    }
}

/// Which page comes next, pure.
#[derive(Debug)]
struct Pager {
    first: Result<Call, Option<String>>,
    token: Option<String>,
    over: bool,
}

impl Pager {
    fn new(first: Result<Call, String>) -> Pager {
        let first = first.map(|mut call| {
            call.url = with_page_token(call.url);
            call
        });
        Pager { first: first.map_err(Some), token: None, over: false }
    }

    /// The call for the next page; none after the last.
    fn next_call(&mut self) -> Result<Option<Call>, Error> {
        if self.over {
            return Ok(None);
        }
        let mut call = match &mut self.first {
            Ok(first) => first.clone(),
            Err(message) => {
                self.over = true;
                return Err(Error::Usage(message.take().unwrap_or_default()));
            }
        };
        if let Some(token) = &self.token {
            call.url.query_pairs_mut().append_pair("pageToken", token);
        }
        Ok(Some(call))
    }

    /// Takes in a page.
    fn heard(&mut self, answer: Result<Response, Error>) -> Result<Response, Error> {
        let next = answer.as_ref().ok().and_then(|page| page["nextPageToken"].as_str());
        let next = next.filter(|token| !token.is_empty()).map(str::to_owned);
        let repeated = next.is_some() && next == self.token;
        self.over = next.is_none() || repeated;
        self.token = next;
        if repeated {
            return Err(Error::Unreadable("the list names the same next page again and again".to_owned()));
        }
        answer
    }
}

/// The same URL, its mask widened so that the answer tells the next page: without that a list would end too early.
fn with_page_token(url: Url) -> Url {
    let Some(fields) = url.query_pairs().find(|(name, _)| name == "fields") else { return url };
    let mask = Mask::parse(&fields.1).and_then(|mask| mask.union(Mask::parse("nextPageToken")?));
    // A mask that is wrong is left for the server to say so.
    let Ok(mask) = mask.map(|mask| mask.to_string()) else { return url };
    let mut widened = url.clone();
    widened.query_pairs_mut().clear();
    for (name, value) in url.query_pairs() {
        let value = if name == "fields" { mask.as_str().into() } else { value };
        widened.query_pairs_mut().append_pair(&name, &value);
    }
    widened
}
