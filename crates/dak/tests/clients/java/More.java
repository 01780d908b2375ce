import com.google.api.client.googleapis.batch.json.JsonBatchCallback;
import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.HttpHeaders;
import com.google.api.services.gmail.Gmail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;

/** What else a program for Gmail does: media, whole and in three pieces, then what became of both in a batch. */
class More {
    static void carryOut(Gmail gmail) throws Exception {
        var batch = gmail.batch();
        var came = new ArrayList<String>();
        for (var isDirect : new boolean[] {true, false}) {
            var letter = ("From: karim@example.com\r\nSubject: From Java\r\n\r\n" + "Hello ".repeat(100_000)).getBytes();
            var insert = gmail.users().insert("me", new Gmail.Message(), new ByteArrayContent("message/rfc822", letter));
            insert.getMediaHttpUploader().setDirectUploadEnabled(isDirect).setChunkSize(256 * 1024);
            var made = insert.execute();
            var raw = gmail.users().get("me", made.id).execute().raw;
            System.out.println(Arrays.equals(Base64.getUrlDecoder().decode(raw), letter));
            gmail.users().get("me", made.id).queue(batch, new JsonBatchCallback<Gmail.Message>() {
                public void onSuccess(Gmail.Message message, HttpHeaders headers) {
                    came.add(String.valueOf(message.id.equals(made.id)));
                }

                public void onFailure(GoogleJsonError error, HttpHeaders headers) {
                    came.add(error.toString());
                }
            });
        }
        batch.execute();
        System.out.println(came);
    }
}
