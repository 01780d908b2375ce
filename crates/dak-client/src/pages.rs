//! The pages of a list (`P6`).

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
        Pages { client, pager: Pager { first: first.map_err(Some), token: None, over: false } }
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
