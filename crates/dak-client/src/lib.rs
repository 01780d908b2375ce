//! An HTTP client with gzip, partial responses, ETags, retries and resumable uploads built in.
