//! Descriptions written short.

use serde_json::{Map, Value, json};

/// A document of this name, version `v1`, with these schemas' members and these methods.
///
/// A method is `ID METHOD PATH REQUEST RESPONSE [QUERY...]`; `-` is no schema. A path's variable is `{id}`, or a name of
/// several segments as in `{+name=shelves/*/books/*}`. Members are `name`, a text, or `name:TYPE`, where TYPE is a scalar's, a
/// schema's, `[TYPE]`, or values such as `A|B`; one with `!ID` behind it is required by that method. Among the query `+upload` is
/// no parameter: it says that the method takes media, in every way and up to 1 KB, and `+upload=TYPE` that it takes this type
/// alone; `+download` says that it gives media, and a parameter with `!` is required.
pub(crate) fn document(name: &str, schemas: &[(&str, &str)], methods: &[&str]) -> Value {
    let schemas: Map<String, Value> =
        schemas.iter().map(|(schema, members)| ((*schema).to_owned(), object(members))).collect();
    let methods: Map<String, Value> =
        methods.iter().map(|line| (line.split(' ').next().unwrap().to_owned(), method(line))).collect();
    let mut resources: Map<String, Value> = Map::new();
    for (id, method) in methods {
        let (resource, last) = id.split_once('.').unwrap();
        let at = resources.entry(resource).or_insert_with(|| json!({ "methods": {} }));
        at["methods"][last] = Value::Object(
            method
                .as_object()
                .unwrap()
                .clone()
                .into_iter()
                .chain([("id".to_owned(), format!("{name}.{id}").into())])
                .collect(),
        );
    }
    json!({ "name": name, "version": "v1", "schemas": schemas, "resources": resources })
}

fn object(members: &str) -> Value {
    let members: Map<String, Value> = members.split_whitespace().map(member).collect();
    json!({ "type": "object", "properties": members })
}

fn member(word: &str) -> (String, Value) {
    let (word, required) = word.split_once('!').map_or((word, None), |(word, id)| (word, Some(id)));
    let (name, kind) = word.split_once(':').unwrap_or((word, "string"));
    let mut schema = kind_of(kind);
    if let Some(id) = required {
        schema["annotations"] = json!({ "required": [id] });
    }
    (name.to_owned(), schema)
}

fn kind_of(kind: &str) -> Value {
    match kind {
        _ if kind.starts_with('[') => json!({ "type": "array", "items": kind_of(kind.trim_matches(['[', ']'])) }),
        _ if kind.contains('|') => json!({ "type": "string", "enum": kind.split('|').collect::<Vec<_>>() }),
        "string" | "boolean" => json!({ "type": kind }),
        "integer" => json!({ "type": kind, "format": "int32" }),
        schema => json!({ "$ref": schema }),
    }
}

fn method(line: &str) -> Value {
    let words: Vec<&str> = line.split(' ').collect();
    let [_, http_method, path, request, response, queries @ ..] = &words[..] else { panic!("{line}") };
    let (media, queries): (Vec<&str>, Vec<&str>) = queries.iter().partition(|word| word.starts_with('+'));
    let mut parameters: Map<String, Value> = queries.iter().map(|word| member(word)).collect();
    for parameter in parameters.values_mut() {
        let is_required = parameter.as_object_mut().unwrap().remove("annotations").is_some();
        parameter["location"] = "query".into();
        parameter["required"] = is_required.into();
    }
    let mut plain = String::new();
    for (place, part) in path.split('{').enumerate() {
        let Some((variable, after)) = part.split_once('}').filter(|_| place > 0) else {
            plain.push_str(part);
            continue;
        };
        let (name, pattern) =
            variable.split_once('=').map_or((variable, None), |(name, pattern)| (name, Some(pattern)));
        let mut parameter = json!({ "type": "string", "location": "path", "required": true });
        if let Some(pattern) = pattern {
            parameter["pattern"] = format!("^{}$", pattern.replace('*', "[^/]+")).into();
        }
        parameters.insert(name.trim_start_matches('+').to_owned(), parameter);
        plain.push_str(&format!("{{{name}}}{after}"));
    }
    let reference = |name: &str| if name == "-" { Value::Null } else { json!({ "$ref": name }) };
    let mut method = json!({ "httpMethod": http_method, "path": plain, "parameters": parameters,
        "request": reference(request), "response": reference(response),
        "supportsMediaDownload": media.contains(&"+download") });
    if let Some(upload) = media.iter().find_map(|word| word.strip_prefix("+upload")) {
        let accept = upload.strip_prefix('=').unwrap_or("*/*");
        let protocols = json!({ "simple": { "multipart": true }, "resumable": { "multipart": true } });
        method["mediaUpload"] = json!({ "accept": [accept], "maxSize": "1KB", "protocols": protocols });
    }
    method
}
