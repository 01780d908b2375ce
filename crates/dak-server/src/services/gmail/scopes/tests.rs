use super::inner_name;

#[test]
fn methods_as_errors_call_them() {
    for (id, name) in [
        ("gmail.users.getProfile", "GetProfile"),
        ("gmail.users.messages.list", "ListMessages"),
        ("gmail.users.messages.get", "GetMessage"),
        ("gmail.users.drafts.create", "CreateDraft"),
        ("gmail.users.messages.batchModify", "BatchModifyMessages"),
        ("gmail.users.history.list", "ListHistory"),
        ("gmail.users.settings.getImap", "GetImapSetting"),
    ] {
        assert_eq!(inner_name(id), format!("caribou.api.proto.MailboxService.{name}"), "{id}");
    }
}
