//! Gets JSON and prints it: `cargo run -p dak-client --example get -- http://127.0.0.1:7070/data`.

fn main() -> Result<(), dak_client::Error> {
    let url = std::env::args().nth(1).unwrap_or("https://api.example.com/data".to_owned());
    let answer = dak_client::blocking::get(url).send()?;
    println!("{}\n{:#}", answer.status(), answer.value());
    Ok(())
}
