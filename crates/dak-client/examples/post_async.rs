//! The same as `post`, without waiting: `cargo run -p dak-client --example post_async -- http://127.0.0.1:7070/submit`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), dak_client::Error> {
    let url = std::env::args().nth(1).unwrap_or("https://api.example.com/submit".to_owned());
    let request = dak_client::post(url).header("X-Client", "dak");
    let answer = request.json(&serde_json::json!({"key": "value"})).await?;
    println!("{}\n{:#}", answer.status(), answer.value());
    Ok(())
}
