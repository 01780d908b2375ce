//! Addresses a user sends from, and their certificates.

use serde_json::{Value, json};

use super::{Post, Step};

const NOTHING: Value = Value::Null;

fn own(display_name: &str, is_default: bool) -> Value {
    json!({
        "sendAsEmail": "me@example.com", "displayName": display_name, "replyToAddress": "", "signature": "",
        "isPrimary": true, "isDefault": is_default,
    })
}

fn other(address: &str, status: &str, is_default: bool) -> Value {
    json!({
        "sendAsEmail": address, "displayName": "", "replyToAddress": "", "signature": "", "isPrimary": false,
        "isDefault": is_default, "treatAsAlias": false, "verificationStatus": status,
    })
}

/// The user's own address is there from the beginning; exactly one address is the default (G35).
#[tokio::test]
async fn addresses_to_send_from() {
    let post = Post::new().await;
    let to = |address: &str| json!({"sendAsEmail": address});
    post.walk([
        Step("GET settings/sendAs", NOTHING, 200, json!({"sendAs": [own("", true)]})),
        Step("GET settings/sendAs/ME@example.com", NOTHING, 200, own("", true)),
        Step("GET settings/sendAs/jo@example.org", NOTHING, 404, json!("Requested entity was not found.")),
        Step("POST settings/sendAs", to("Team@example.com"), 200, other("Team@example.com", "accepted", false)),
        Step("POST settings/sendAs", to("jo@example.org"), 200, other("jo@example.org", "pending", false)),
        Step("POST settings/sendAs", to("team@example.com"), 409, json!("Send-as address already exists")),
        Step("POST settings/sendAs", to("me@example.com"), 409, json!("Send-as address already exists")),
        Step("POST settings/sendAs", json!({}), 400, json!("Missing sendAsEmail")),
        Step("PATCH settings/sendAs/me@example.com", json!({"displayName": "Rina"}), 200, own("Rina", true)),
        Step(
            "PATCH settings/sendAs/jo@example.org",
            json!({"isDefault": true}),
            400,
            json!("The send-as address is not verified"),
        ),
        Step(
            "PATCH settings/sendAs/me@example.com",
            json!({"isDefault": false}),
            400,
            json!("isDefault can only be set to true: make another address the default"),
        ),
        Step(
            "PATCH settings/sendAs/team@example.com",
            json!({"isDefault": true}),
            200,
            other("Team@example.com", "accepted", true),
        ),
        Step(
            "GET settings/sendAs",
            NOTHING,
            200,
            json!({"sendAs": [own("Rina", false), other("jo@example.org", "pending", false),
                    other("Team@example.com", "accepted", true)]}),
        ),
        Step("DELETE settings/sendAs/team@example.com", NOTHING, 204, NOTHING),
        Step("GET settings/sendAs/me@example.com", NOTHING, 200, own("Rina", true)),
        Step("PUT settings/sendAs/me@example.com", json!({"isDefault": true}), 200, own("", true)),
        Step(
            "DELETE settings/sendAs/me@example.com",
            NOTHING,
            400,
            json!("The primary send-as address cannot be deleted"),
        ),
    ])
    .await;
}

/// An address is pending until its owner agrees, for whom the control desk speaks (G34).
#[tokio::test]
async fn owners_agree() {
    let post = Post::new().await;
    let address = json!({"sendAsEmail": "jo@example.org", "forwardingEmail": "jo@example.org"});
    let only = |name: &str| json!({name: address[name]});
    let needless = json!("The send-as address needs no verification");
    post.walk([
        Step("POST settings/sendAs", only("sendAsEmail"), 200, other("jo@example.org", "pending", false)),
        Step(
            "POST settings/forwardingAddresses",
            only("forwardingEmail"),
            200,
            json!({"forwardingEmail": "jo@example.org", "verificationStatus": "pending"}),
        ),
        Step("POST settings/sendAs/jo@example.org/verify", NOTHING, 204, NOTHING),
        Step("POST settings/sendAs/me@example.com/verify", NOTHING, 400, needless.clone()),
    ])
    .await;
    let agree = |sent: Value| format!("POST /_dak/addresses\nAuthorization: Bearer desk\n\n{sent}");
    for (sent, status) in [
        (json!({"user": "me@example.com", "address": "Jo@example.org"}), 200),
        (json!({"user": "me@example.com", "address": "Jo@example.org"}), 404),
        (json!({"user": "me@example.com"}), 400),
    ] {
        post.stage.json(status, &agree(sent)).await;
    }
    post.walk([
        Step("GET settings/sendAs/jo@example.org", NOTHING, 200, other("jo@example.org", "accepted", false)),
        Step(
            "GET settings/forwardingAddresses/jo@example.org",
            NOTHING,
            200,
            json!({"forwardingEmail": "jo@example.org", "verificationStatus": "accepted"}),
        ),
        Step("POST settings/sendAs/jo@example.org/verify", NOTHING, 400, needless),
    ])
    .await;
}

/// Who opens the server that mail goes out by is not shown; scripts are taken out of signatures (G36).
#[tokio::test]
async fn secrets_and_scripts() {
    let mut shown = other("team@example.com", "accepted", false);
    shown["smtpMsa"] = json!({"host": "mail.example.com", "port": 587, "securityMode": "starttls"});
    shown["signature"] = json!("<b>Rina</b>");
    shown["treatAsAlias"] = json!(true);
    let mut sent = shown.clone();
    sent["signature"] = json!("<script>x()</script><b onclick=x()>Rina</b>");
    sent["smtpMsa"]["username"] = json!("rina");
    sent["smtpMsa"]["password"] = json!("secret");
    let mut moved = shown.clone();
    moved["smtpMsa"]["port"] = json!(465);
    let mut plain = shown.clone();
    plain.as_object_mut().unwrap().shift_remove("smtpMsa");
    let server = |server: Value| json!({"smtpMsa": server});
    Post::new()
        .await
        .walk([
            Step("POST settings/sendAs", sent, 200, shown.clone()),
            Step("GET settings/sendAs/team@example.com", NOTHING, 200, shown),
            Step("PATCH settings/sendAs/team@example.com", server(json!({"port": 465})), 200, moved),
            Step(
                "PATCH settings/sendAs/team@example.com",
                server(json!({"port": 0})),
                400,
                json!("Invalid smtpMsa.port"),
            ),
            Step(
                "PATCH settings/sendAs/team@example.com",
                server(json!({"securityMode": "none"})),
                400,
                json!("Invalid smtpMsa.port: without TLS it is 25"),
            ),
            Step(
                "PATCH settings/sendAs/team@example.com",
                server(json!({"host": null})),
                400,
                json!("Missing smtpMsa.host"),
            ),
            Step(
                "PATCH settings/sendAs/team@example.com",
                json!({"replyToAddress": "x"}),
                400,
                json!("Invalid replyToAddress"),
            ),
            Step("PATCH settings/sendAs/team@example.com", json!({"smtpMsa": null}), 200, plain),
            Step("PUT settings/sendAs/team@example.com", json!({"displayName": "Team"}), 200, {
                let mut team = other("team@example.com", "accepted", false);
                team["displayName"] = json!("Team");
                team
            }),
        ])
        .await;
}

/// Keys are kept and never shown; the first certificate of an address is the default (G37).
#[tokio::test]
async fn certificates_of_an_address() {
    let post = Post::new().await;
    let path = |rest: &str| format!("/gmail/v1/users/me/settings/sendAs/me@example.com/smimeInfo{rest}");
    let sent =
        json!({"pkcs12": "MAMCAQM=", "encryptedKeyPassword": "secret", "issuerCn": "Test CA", "expiration": "9"});
    let mut ids = Vec::new();
    for is_default in [true, false] {
        let made = post.stage.json(200, &format!("POST {}\n\n{sent}", path(""))).await;
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!(made, json!({"id": id, "isDefault": is_default, "expiration": "9", "issuerCn": "Test CA"}));
        ids.push(id);
    }
    let below = "settings/sendAs/me@example.com/smimeInfo";
    post.walk([
        Step(&format!("POST {below}"), json!({}), 400, json!("Invalid pkcs12")),
        Step(&format!("POST {below}"), json!({"pkcs12": "AAAA"}), 400, json!("Invalid pkcs12")),
        Step("GET settings/sendAs/jo@example.org/smimeInfo", NOTHING, 404, json!("*")),
        Step(&format!("POST {below}/{}/setDefault", ids[1]), NOTHING, 204, NOTHING),
        Step(&format!("POST {below}/1/setDefault"), NOTHING, 404, json!("*")),
        Step(
            &format!("GET {below}/{}", ids[0]),
            NOTHING,
            200,
            json!({"id": ids[0], "isDefault": false, "expiration": "9", "issuerCn": "Test CA"}),
        ),
        Step(&format!("DELETE {below}/{}", ids[0]), NOTHING, 204, NOTHING),
        Step(
            &format!("GET {below}"),
            NOTHING,
            200,
            json!({"smimeInfo": [{"id": ids[1], "isDefault": true, "expiration": "9", "issuerCn": "Test CA"}]}),
        ),
    ])
    .await;
}

/// The address of another user here waits for that user's word, whatever its domain (G34).
#[tokio::test]
async fn addresses_of_other_users() {
    let post = Post::new().await;
    post.users(&["boss@example.com"]).await;
    let boss = |status| other("boss@example.com", status, false);
    let to = json!({"sendAsEmail": "boss@example.com"});
    let agreement = json!({"user": "me@example.com", "address": "boss@example.com"});
    post.walk([Step("POST settings/sendAs", to, 200, boss("pending"))]).await;
    post.desk("POST /_dak/addresses", &agreement).await;
    post.walk([Step("GET settings/sendAs/boss@example.com", NOTHING, 200, boss("accepted"))]).await;
}

/// Who sends from an address must ask whoever gets a mailbox of it, also behind a plus sign; others are not asked (G34).
#[tokio::test]
async fn addresses_that_become_another_user_s() {
    let post = Post::new().await;
    let addresses = ["boss@example.com", "boss+news@example.com", "bossy@example.com", "boss+news@example.org"];
    for address in addresses {
        post.call(200, "POST settings/sendAs", json!({"sendAsEmail": address})).await;
    }
    post.desk("POST /_dak/addresses", &json!({"user": "me@example.com", "address": "boss+news@example.org"})).await;
    post.call(200, "PATCH settings/sendAs/boss@example.com", json!({"isDefault": true})).await;
    post.stage.json(200, "GET /gmail/v1/users/boss@example.com/profile").await;
    let list = post.get("settings/sendAs").await;
    let found: Vec<(&str, &str, bool)> = list["sendAs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| {
            let text = |name: &str| of[name].as_str().unwrap_or("own");
            (text("sendAsEmail"), text("verificationStatus"), of["isDefault"] == true)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("me@example.com", "own", true),
            ("boss+news@example.com", "pending", false),
            ("boss+news@example.org", "accepted", false),
            ("boss@example.com", "pending", false),
            ("bossy@example.com", "accepted", false),
        ]
    );
    post.desk("POST /_dak/addresses", &json!({"user": "me@example.com", "address": "boss@example.com"})).await;
    assert_eq!(post.get("settings/sendAs/boss@example.com").await["verificationStatus"], "accepted");
}
