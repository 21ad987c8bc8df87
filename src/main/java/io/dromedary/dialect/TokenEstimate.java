package io.dromedary.dialect;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * About how many tokens a chat completion's request has, for a client that asks before it sends it. A token is four
 * bytes of what the model reads, tools and their schemas included, as it is for English prose and code; other scripts
 * have more tokens a letter, but their letters have more bytes, too. A picture counts as much as one of about a
 * megapixel does at most providers. Linear in the bytes; nothing is copied.
 */
public final class TokenEstimate {

    private static final int BYTES_A_TOKEN = 4;
    private static final long TOKENS_A_PICTURE = 1600;
    private static final String[] READ = {"messages", "tools", "response_format"};

    private TokenEstimate() {
    }

    /**
     * The tokens of {@code chat}.
     *
     * @throws IOException if it is no JSON object
     */
    public static long of(byte[] chat) throws IOException {
        ObjectFields fields = ObjectFields.pick(chat, READ);
        long bytes = 0;
        long pictures = 0;
        for (ObjectFields.Field field : fields.all()) {
            bytes += field.length();
            JsonWalk walk = JsonWalk.overPart(chat, field.value(), field.end());
            while (walk.next() != null) {
                if (walk.token() == JsonToken.FIELD_NAME && walk.is("image_url")) {
                    int from = walk.end();
                    walk.next();
                    walk.skip();
                    bytes -= walk.end() - from;
                    pictures++;
                }
            }
        }
        return Math.max(1, bytes / BYTES_A_TOKEN + TOKENS_A_PICTURE * pictures);
    }
}
