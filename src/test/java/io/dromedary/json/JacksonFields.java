package io.dromedary.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/** The fields of an object as Jackson's parser finds them, to hold the gateway's own walk against. */
final class JacksonFields {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JacksonFields() {
    }

    /**
     * All of them.
     *
     * @throws IOException if it is not one object, or a field stands twice
     */
    static List<ObjectFields.Field> of(byte[] json) throws IOException {
        List<ObjectFields.Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int start = (int) parser.currentTokenLocation().getByteOffset();
                JsonToken kind = parser.nextToken();
                int value = (int) parser.currentTokenLocation().getByteOffset();
                ObjectFields.Items items = items(parser);
                parser.finishToken();
                int end = (int) parser.currentLocation().getByteOffset();
                if (kind.isNumeric()) {
                    end = value + parser.getText().length(); // it has read on to see that the number ends
                }
                fields.add(new ObjectFields.Field(name, fields.size(), start, value, end, kind, items));
                if (!names.add(name)) {
                    throw new IOException("twice");
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("more");
            }
        }
        return fields;
    }

    private static ObjectFields.Items items(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return ObjectFields.Items.NONE;
        }
        int count = 0;
        int noObject = -1;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item != JsonToken.START_OBJECT && noObject < 0) {
                noObject = count;
            }
            parser.skipChildren();
            count++;
        }
        return new ObjectFields.Items(count, noObject, Set.of());
    }
}
