package io.dromedary.request;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.PartTypes;
import io.dromedary.model.Need;

/**
 * What a request asks for that not every model can do: images, tools, a JSON schema. Read off its fields; only
 * {@code response_format} and {@code modalities}, which are short, are looked into again.
 */
public final class RequestNeeds {

    /** The types of the parts of messages that ask for something. */
    static final PartTypes PARTS =
            PartTypes.of(Arrays.stream(Need.values()).flatMap(need -> need.parts().stream()).toList());

    private RequestNeeds() {
    }

    /**
     * What the request asks for.
     *
     * @param fields those of {@code body}, as {@link RequestReader} finds them
     */
    public static Set<Need> of(byte[] body, ObjectFields fields) {
        Set<Need> needs = null;
        for (ObjectFields.Field field : fields.all()) {
            boolean list = field.kind() == JsonToken.START_ARRAY && field.items().count() > 0;
            Need need = switch (field.name()) {
                case "tools", "functions" -> list ? Need.TOOLS : null;
                case "response_format" -> isSchema(body, field) ? Need.SCHEMA : null;
                case "modalities" -> list && holdsAudio(body, field) ? Need.SPEECH : null;
                case "web_search_options" -> field.kind() == JsonToken.START_OBJECT ? Need.WEB_SEARCH : null;
                default -> null;
            };
            boolean parts = list && !field.items().types().isEmpty() && field.name().equals("messages");
            if (need == null && !parts) {
                continue;
            }
            needs = needs == null ? EnumSet.noneOf(Need.class) : needs;
            if (parts) {
                for (String type : field.items().types()) {
                    Need.ofPart(type).ifPresent(needs::add);
                }
            } else {
                needs.add(need);
            }
        }
        return needs == null ? Set.of() : needs;
    }

    /** {@code {"type": "json_schema"}}; what stands behind the type is not read. */
    private static boolean isSchema(byte[] body, ObjectFields.Field format) {
        if (format.kind() != JsonToken.START_OBJECT) {
            return false;
        }
        JsonWalk walk = JsonWalk.overPart(body, format.value(), format.end());
        try {
            walk.next();
            while (walk.next() == JsonToken.FIELD_NAME) {
                boolean type = walk.is("type");
                if (walk.next() == JsonToken.VALUE_STRING && type) {
                    return walk.is("json_schema");
                }
                walk.skip();
            }
        } catch (IOException e) {
            return false; // it was read as JSON before
        }
        return false;
    }

    private static boolean holdsAudio(byte[] body, ObjectFields.Field modalities) {
        JsonWalk walk = JsonWalk.overPart(body, modalities.value(), modalities.end());
        try {
            for (JsonToken token = walk.next(); token != null; token = walk.next()) {
                if (token == JsonToken.VALUE_STRING && walk.is("audio")) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // it was read as JSON before
        }
        return false;
    }
}
