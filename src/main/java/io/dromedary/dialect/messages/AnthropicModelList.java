package io.dromedary.dialect.messages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.json.Json;

/** The list of models as Anthropic's API has it, for clients that send {@code anthropic-version}. */
public final class AnthropicModelList {

    private AnthropicModelList() {
    }

    /**
     * One model.
     *
     * @param id      its name for clients
     * @param name    its name for people
     * @param created when it was made, in seconds since 1970
     */
    public record Model(String id, String name, long created) {
    }

    /** The JSON of the whole list, in one page. */
    public static byte[] bytes(List<Model> models) {
        List<Map<String, Object>> data = new ArrayList<>();
        for (Model model : models) {
            data.add(object(model));
        }
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("data", data);
        list.put("has_more", false);
        list.put("first_id", models.isEmpty() ? null : models.get(0).id());
        list.put("last_id", models.isEmpty() ? null : models.get(models.size() - 1).id());
        return Json.bytes(list);
    }

    /** The JSON of one model. */
    public static byte[] bytes(Model model) {
        return Json.bytes(object(model));
    }

    private static Map<String, Object> object(Model model) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "model");
        object.put("id", model.id());
        object.put("display_name", model.name());
        object.put("created_at", Instant.ofEpochSecond(model.created()).toString());
        return object;
    }
}
