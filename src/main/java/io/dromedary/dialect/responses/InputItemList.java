package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.Json;

/** The list of what was asked for a kept response. An item that has no id gets one of its place. */
final class InputItemList {

    private static final int USUAL = 20;
    private static final int ENTRY = 200;

    private final StoredResponse response;
    private final LongConsumer takes;
    private final List<String> ids = new ArrayList<>();
    private final List<byte[]> page = new ArrayList<>();
    private int from;
    private int to;

    InputItemList(StoredResponse response, LongConsumer takes) {
        this.response = response;
        this.takes = takes;
    }

    /** A page of it as JSON. */
    byte[] page(UnaryOperator<String> query) {
        int limit = limit(query.apply("limit"));
        String order = query.apply("order");
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw ApiError.badRequest("invalid_value", "order", "'order' must be asc or desc");
        }
        boolean ascending = "asc".equals(order);
        visit((id, json, number) -> {
            takes.accept(ENTRY);
            ids.add(id);
        });
        String after = query.apply("after");
        int place = after == null ? ascending ? -1 : ids.size() : ids.indexOf(after);
        if (after != null && place < 0) {
            throw ApiError.badRequest("invalid_value", "after", "'after' names no item of the list");
        }
        from = ascending ? place + 1 : Math.max(0, place - limit);
        to = ascending ? Math.min(ids.size(), from + limit) : place;
        visit((id, json, number) -> {
            if (number >= from && number < to) {
                page.add(json.get().copied());
            }
        });
        List<String> names = new ArrayList<>(ids.subList(from, to));
        if (!ascending) {
            Collections.reverse(page);
            Collections.reverse(names);
        }
        return write(names, ascending ? to < ids.size() : from > 0);
    }

    private static int limit(String text) {
        if (text == null) {
            return USUAL;
        }
        if (!text.matches("[1-9]\\d?|100")) {
            throw ApiError.badRequest("invalid_value", "limit", "'limit' must be a whole number from 1 to 100");
        }
        return Integer.parseInt(text);
    }

    private byte[] write(List<String> names, boolean more) {
        Held out = new Held(takes).add("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < page.size(); i++) {
            out.add(i == 0 ? "" : ",").writeBytes(page.get(i));
        }
        out.add("],\"first_id\":").writeBytes(id(names, 0));
        out.add(",\"last_id\":").writeBytes(id(names, names.size() - 1));
        return out.add(",\"has_more\":" + more + "}").copied();
    }

    private static byte[] id(List<String> names, int place) {
        return names.isEmpty() ? Held.ascii("null") : Json.literal(names.get(place));
    }

    /** Takes an item; its JSON is made when it is asked for. */
    private interface Taker {
        void take(String id, Supplier<Held> json, int number);
    }

    private void visit(Taker taker) {
        String base = "item_" + response.id() + "_";
        try {
            Conversation.visitInput(response, new Conversation.Visitor() {
                private int number;

                @Override
                public void text(byte[] json, int from, int to) {
                    String id = base + number;
                    taker.take(id, () -> message(id, Held.ascii("\"user\""), "input_text", json, from - 1, to + 1),
                            number++);
                }

                @Override
                public void item(Slots item, String path, int place) {
                    String id = item.hasText("id") ? JsonText.shorter(item, "id") : base + number;
                    taker.take(id, () -> json(id, item), number++);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("Read before", e);
        }
    }

    private Held json(String id, Slots item) {
        if (item.isText("content") && item.isText("role")) {
            byte[] role = new Held(takes).add(item.json(), item.start("role"), item.end("role")).copied();
            String type = JsonText.shorter(item, "role").equals("assistant") ? "output_text" : "input_text";
            return message(id, role, type, item.json(), item.start("content"), item.end("content"));
        }
        Held out = new Held(takes).add("{");
        if (!item.hasText("id")) {
            out.add("\"id\":").writeBytes(Json.literal(id));
            out.add(",");
        }
        return out.add(item.has("type") ? "" : "\"type\":\"message\",")
                .add(item.json(), item.from() + 1, item.to());
    }

    /** A message of one text, whose JSON literal is given. */
    private Held message(String id, byte[] role, String type, byte[] json, int start, int end) {
        Held out = new Held(takes).add("{\"id\":");
        out.writeBytes(Json.literal(id));
        out.add(",\"type\":\"message\",\"status\":\"completed\",\"role\":").writeBytes(role);
        return out.add(",\"content\":[{\"type\":\"").add(type).add("\",\"text\":").add(json, start, end)
                .add(type.equals("output_text") ? ",\"annotations\":[]}]}" : "}]}");
    }
}
