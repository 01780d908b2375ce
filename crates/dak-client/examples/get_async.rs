//! The same as `get`, without waiting: `cargo run -p dak-client --example get_async -- http://127.0.0.1:7070/data`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), dak_client::Error> {
    let url = std::env::args().nth(1).unwrap_or("https://api.example.com/data".to_owned());
    let answer = dak_client::get(url).await?;
    println!("{}\n{:#}", answer.status(), answer.value());
    Ok(())
}
