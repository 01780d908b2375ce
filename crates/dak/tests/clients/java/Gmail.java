package com.google.api.services.gmail;

import com.google.api.client.googleapis.services.json.AbstractGoogleJsonClient;
import com.google.api.client.googleapis.services.json.AbstractGoogleJsonClientRequest;
import com.google.api.client.http.AbstractInputStreamContent;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.json.GenericJson;
import com.google.api.client.json.JsonFactory;
import com.google.api.client.util.Key;
import java.io.IOException;

/**
 * As much of Google's class as README.md's program and its test need, in the manner of Google's generator: that class is in no
 * package that a test can have, and what it is generated over is. All that the program sets is in the latter.
 */
public class Gmail extends AbstractGoogleJsonClient {
    Gmail(Builder builder) {
        super(builder);
    }

    public Users users() {
        return new Users();
    }

    public static final class Builder extends AbstractGoogleJsonClient.Builder {
        public Builder(HttpTransport transport, JsonFactory jsonFactory, HttpRequestInitializer initializer) {
            super(transport, jsonFactory, "https://gmail.googleapis.com/", "", initializer, false);
            setBatchPath("batch");
        }

        @Override
        public Gmail build() {
            return new Gmail(this);
        }

        @Override
        public Builder setRootUrl(String rootUrl) {
            return (Builder) super.setRootUrl(rootUrl);
        }

        @Override
        public Builder setBatchPath(String batchPath) {
            return (Builder) super.setBatchPath(batchPath);
        }

        @Override
        public Builder setApplicationName(String applicationName) {
            return (Builder) super.setApplicationName(applicationName);
        }
    }

    public static class Profile extends GenericJson {
        @Key public String emailAddress;

        public String getEmailAddress() {
            return emailAddress;
        }
    }

    public static class Message extends GenericJson {
        @Key public String id;
        @Key public String raw;
    }

    public class Request<T> extends AbstractGoogleJsonClientRequest<T> {
        @Key public String userId;
        @Key public String id;
        @Key public String format;

        Request(String method, String path, Object content, Class<T> answer) {
            super(Gmail.this, method, path, content, answer);
        }
    }

    public class Users {
        public Request<Profile> getProfile(String userId) throws IOException {
            var request = new Request<>("GET", "gmail/v1/users/{userId}/profile", null, Profile.class);
            request.userId = userId;
            return request;
        }

        public Request<Message> insert(String userId, Message message, AbstractInputStreamContent media) {
            var path = "/upload/" + getServicePath() + "gmail/v1/users/{userId}/messages";
            var request = new Request<>("POST", path, message, Message.class) {
                {
                    initializeMediaUpload(media);
                }
            };
            request.userId = userId;
            return request;
        }

        public Request<Message> get(String userId, String id) {
            var request = new Request<>("GET", "gmail/v1/users/{userId}/messages/{id}", null, Message.class);
            request.userId = userId;
            request.id = id;
            request.format = "raw";
            return request;
        }
    }
}
