//! Labels of the system and of the user.

use serde_json::{Value, json};

use super::{Post, Step, labels};

const NOTHING: Value = Value::Null;

/// A label as it is listed.
fn label(id: &str, name: &str) -> Value {
    json!({
        "id": id, "name": name, "messageListVisibility": "show", "labelListVisibility": "labelShow", "type": "user",
    })
}

/// The same with what is counted of it.
fn counted(id: &str, name: &str, counts: [u32; 4]) -> Value {
    let mut label = label(id, name);
    let [messages, unread, threads, threads_unread] = counts;
    label["messagesTotal"] = messages.into();
    label["messagesUnread"] = unread.into();
    label["threadsTotal"] = threads.into();
    label["threadsUnread"] = threads_unread.into();
    label
}

/// A name is enough; lists are without counts (G48).
#[tokio::test]
async fn labels_of_the_user() {
    let post = Post::new().await;
    let conflict = json!("Label name exists or conflicts");
    post.walk([
        Step("POST labels", json!({"name": " Work/To do "}), 200, label("Label_1", "Work/To do")),
        Step("POST labels", json!({"name": "work-to-do"}), 409, conflict.clone()),
        Step("POST labels", json!({"name": "Inbox"}), 400, json!("Invalid label name")),
        Step("POST labels", json!({}), 400, json!("Invalid label name")),
        Step("POST labels", json!({"name": "Work//To do"}), 400, json!("Invalid label name")),
        Step("POST labels", json!({"name": "b", "type": "system", "messagesTotal": 7}), 200, label("Label_2", "b")),
        Step("GET labels/Label_1", NOTHING, 200, counted("Label_1", "Work/To do", [0; 4])),
        Step("GET labels/Label_3", NOTHING, 404, json!("Requested entity was not found.")),
        Step("PATCH labels/Label_2", json!({"name": "WORK to do"}), 409, conflict),
        Step("PATCH labels/Label_2", json!({"name": "B"}), 200, label("Label_2", "B")),
        Step("PATCH labels/Label_1", json!({"name": "c"}), 200, label("Label_1", "c")),
        Step("POST labels", json!({"name": "Work To Do"}), 200, label("Label_3", "Work To Do")),
        Step("DELETE labels/Label_3", NOTHING, 204, NOTHING),
        Step("DELETE labels/Label_3", NOTHING, 404, json!("*")),
        Step("POST labels", json!({"name": "Work To Do"}), 200, label("Label_4", "Work To Do")),
    ])
    .await;
    let refused = post.refused(409, "POST labels", json!({"name": "C"})).await;
    assert_eq!(refused.1, "aborted");
    let list = post.get("labels").await;
    let own: Vec<&Value> = list["labels"].as_array().unwrap().iter().filter(|label| label["type"] == "user").collect();
    assert_eq!(own, [&label("Label_1", "c"), &label("Label_2", "B"), &label("Label_4", "Work To Do")]);
}

#[tokio::test]
async fn colours_and_visibilities() {
    let shown = |colour: Value, visibility: &str| {
        let mut shown = label("Label_1", "a");
        shown["labelListVisibility"] = visibility.into();
        if !colour.is_null() {
            shown["color"] = colour;
        }
        shown
    };
    let colour = json!({"textColor": "#ffffff", "backgroundColor": "#16a766"});
    let both = "A label has both a textColor and a backgroundColor, or no color";
    Post::new()
        .await
        .walk([
            Step(
                "POST labels",
                json!({"name": "a", "color": {"textColor": "#FFFFFF", "backgroundColor": "#16a766"}}),
                200,
                shown(colour.clone(), "labelShow"),
            ),
            Step(
                "PATCH labels/Label_1",
                json!({"color": {"textColor": "#123456"}}),
                400,
                json!("Label color #123456 is not on the allowed color palette"),
            ),
            Step("POST labels", json!({"name": "b", "color": {"textColor": "#000000"}}), 400, json!(both)),
            Step("PATCH labels/Label_1", json!({"labelListVisibility": "labelHide"}), 200, shown(colour, "labelHide")),
            Step("PATCH labels/Label_1", json!({"color": null}), 200, shown(NOTHING, "labelHide")),
            Step("PATCH labels/Label_1", json!({"labelListVisibility": null}), 200, shown(NOTHING, "labelShow")),
            Step("PUT labels/Label_1", json!({"id": "Label_1", "name": "b"}), 200, label("Label_1", "b")),
            Step("PUT labels/Label_1", json!({"labelListVisibility": "labelShow"}), 400, json!("Invalid label name")),
            Step("PATCH labels/Label_1", json!({"labelListVisibility": "never"}), 400, json!("*")),
        ])
        .await;
}

/// Labels of the system are there, and stay as they are; kinds of stars are listed once they are used (G48).
#[tokio::test]
async fn labels_of_the_system() {
    let post = Post::new().await;
    let visibility = |label: &Value| {
        let text = |name: &str| label[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("id"), text("messageListVisibility"), text("labelListVisibility"))
    };
    let shown = async || {
        let list = post.get("labels").await;
        list["labels"].as_array().unwrap().iter().map(visibility).collect::<Vec<_>>()
    };
    let before = shown().await;
    assert_eq!(before.len(), 14);
    for label in ["CHAT hide labelHide", "INBOX hide labelShow", "SPAM hide labelHide", "UNREAD - -"] {
        assert!(before.contains(&label.to_owned()), "{before:?}");
    }
    post.insert("Subject: a\n\nb", &["INBOX", "YELLOW_STAR"]).await;
    assert_eq!(shown().await.last().unwrap(), "YELLOW_STAR - -");
    let inbox = json!({
        "id": "INBOX", "name": "INBOX", "messageListVisibility": "hide", "labelListVisibility": "labelShow",
        "type": "system", "messagesTotal": 1, "messagesUnread": 0, "threadsTotal": 1, "threadsUnread": 0,
    });
    post.walk([
        Step("GET labels/INBOX", NOTHING, 200, inbox),
        Step("PATCH labels/INBOX", json!({"labelListVisibility": "labelHide"}), 400, json!("Invalid update request")),
        Step("PUT labels/INBOX", json!({"name": "a"}), 400, json!("Invalid update request")),
        Step("DELETE labels/INBOX", NOTHING, 400, json!("Invalid delete request")),
    ])
    .await;
}

/// What is counted of a label, and how it goes from its messages: at once, for whoever looks and searches (G48).
#[tokio::test]
async fn labels_of_messages() {
    let post = Post::new().await;
    post.walk([
        Step("POST labels", json!({"name": "a"}), 200, label("Label_1", "a")),
        Step("POST labels", json!({"name": "b"}), 200, label("Label_2", "b")),
    ])
    .await;
    let id = super::id(&post.insert("Subject: a\n\nb", &["Label_1", "UNREAD"]).await);
    let other = super::id(&post.insert("Subject: c\n\nd", &["Label_1"]).await);
    let both = super::id(&post.insert("Subject: e\n\nf", &["Label_1", "Label_2"]).await);
    post.walk([
        Step("GET labels/Label_1", NOTHING, 200, counted("Label_1", "a", [3, 1, 3, 1])),
        Step("DELETE labels/Label_1", NOTHING, 204, NOTHING),
        Step("GET labels/Label_1", NOTHING, 404, json!("*")),
    ])
    .await;
    assert_eq!(labels(&post.get(&format!("messages/{id}")).await), ["UNREAD"]);
    let found = async |query: &str| super::ids(&post.get(&format!("messages?q={query}")).await["messages"]);
    assert_eq!(found("has%3Auserlabels").await, std::slice::from_ref(&both));
    assert_eq!(found("has%3Anouserlabels").await, [other.clone(), id.clone()]);
    post.desk("POST /_dak/clock", &json!({"advanceMs": 1})).await;
    assert_eq!(labels(&post.get(&format!("messages/{id}")).await), ["UNREAD"]);
    assert_eq!(found("has%3Auserlabels").await, [both]);
    post.walk([
        Step("POST labels", json!({"name": "a"}), 200, label("Label_3", "a")),
        Step("GET labels/Label_3", NOTHING, 200, counted("Label_3", "a", [0; 4])),
    ])
    .await;
}

/// A label's tag is for conditions too.
#[tokio::test]
async fn labels_under_conditions() {
    let post = Post::new().await;
    post.walk([Step("POST labels", json!({"name": "a"}), 200, label("Label_1", "a"))]).await;
    let tag = post.send("GET labels/Label_1", &NOTHING).await.header("etag").to_owned();
    let patch =
        |name: &str| format!("PATCH /gmail/v1/users/me/labels/Label_1\nIf-Match: {tag}\n\n{}", json!({ "name": name }));
    post.stage.json(200, &patch("b")).await;
    post.stage.json(412, &patch("c")).await;
}

/// Watching is kept for a week; of two topics the second is refused while the first lasts (G50).
#[tokio::test]
async fn watching() {
    let post = Post::new().await;
    let topic = |name: &str| json!({"topicName": format!("projects/p/topics/{name}"), "labelIds": ["INBOX"]});
    let one = json!("Only one user push notification client allowed per developer (call /stop then try again)");
    let form = json!("Invalid topicName does not match projects/*/topics/*");
    let watched = |expiration: &str| json!({"historyId": "*", "expiration": expiration});
    post.walk([
        Step("POST watch", json!({}), 400, form.clone()),
        Step("POST watch", json!({"topicName": "topics/a"}), 400, form),
        Step(
            "POST watch",
            json!({"topicName": "projects/p/topics/a", "labelIds": ["Label_1"]}),
            400,
            json!("Invalid label: Label_1"),
        ),
        Step("POST watch", topic("a"), 200, watched("1796472000000")),
        Step("POST watch", topic("b"), 400, one),
        Step("POST watch", topic("a"), 200, watched("1796472000000")),
        Step("POST stop", NOTHING, 204, NOTHING),
        Step("POST stop", NOTHING, 204, NOTHING),
        Step("POST watch", topic("b"), 200, watched("1796472000000")),
    ])
    .await;
    post.desk("POST /_dak/clock", &json!({"advanceMs": 7 * 24 * 60 * 60 * 1000})).await;
    post.walk([Step("POST watch", topic("c"), 200, watched("1797076800000"))]).await;
}
