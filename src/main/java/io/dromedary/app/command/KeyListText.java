package io.dromedary.app.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.config.KeyListImport;
import io.dromedary.json.Json;
import io.dromedary.settings.SettingFault;

/**
 * LiteLLM's list of keys as entries of {@code virtual_keys}: the entries on the output, to be written to a file, and
 * what does not carry over beside it.
 */
final class KeyListText {

    private static final long LONGEST = 64L << 20;

    private KeyListText() {
    }

    /** Whether {@code file} is JSON, by its name. */
    static boolean isJson(Path file) {
        return file != null && file.toString().endsWith(".json");
    }

    /** Prints the entries; 0, or 1 where something has to be decided. */
    static int print(Path file, boolean json, PrintWriter out, PrintWriter err) {
        KeyListImport.Outcome outcome = KeyListImport.of(read(file));
        if (json) {
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("virtual_keys", outcome.entries());
            report.put("notes", outcome.notes().stream().map(KeyListText::asMap).toList());
            out.println(text(report));
        } else {
            out.println(outcome.entries().isEmpty() ? "virtual_keys: []" : "virtual_keys:");
            outcome.entries().forEach(entry -> {
                String begins = "  - ";
                for (Map.Entry<String, Object> field : entry.entrySet()) {
                    out.println(begins + field.getKey() + ": " + text(field.getValue()));
                    begins = "    ";
                }
            });
            err.println(outcome.entries().size() + " keys. What does not carry over:");
            outcome.notes().forEach(note -> err.println("  " + (note.decide() ? "needs you: " : "") + note.field()
                    + ": " + note.note() + (note.keys() > 1 ? " (" + note.keys() + " times)" : "")));
        }
        out.flush();
        err.flush();
        return outcome.notes().stream().anyMatch(KeyListImport.Note::decide) ? 1 : 0;
    }

    private static JsonNode read(Path file) {
        JsonNode root;
        try {
            if (Files.size(file) > LONGEST) {
                throw new SettingFault(file + " is longer than 64 MiB: import the pages one by one");
            }
            root = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new SettingFault(file + " is no JSON, in line " + (e.getLocation() == null ? 1
                    : e.getLocation().getLineNr()));
        } catch (IOException e) {
            throw new SettingFault(file + " cannot be read");
        }
        if (root == null || !KeyListImport.isKeyList(root)) {
            throw new SettingFault(file + " is no list of LiteLLM's keys: it is what GET "
                    + "/key/list?return_full_object=true&size=100 answers");
        }
        return root;
    }

    /** Each JSON value on one line is YAML too. */
    private static String text(Object value) {
        return new String(Json.bytes(value), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> asMap(KeyListImport.Note note) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("field", note.field());
        map.put("note", note.note());
        map.put("keys", note.keys());
        map.put("needs_you", note.decide());
        return map;
    }
}
