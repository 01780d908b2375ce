//! Posts JSON with a header of its own and prints the answer: `cargo run -p dak-client --example post -- http://127.0.0.1:7070/submit`.

fn main() -> Result<(), dak_client::Error> {
    let url = std::env::args().nth(1).unwrap_or("https://api.example.com/submit".to_owned());
    let request = dak_client::blocking::post(url).header("X-Client", "dak");
    let answer = request.json(&serde_json::json!({"key": "value"})).send()?;
    println!("{}\n{:#}", answer.status(), answer.value());
    Ok(())
}
