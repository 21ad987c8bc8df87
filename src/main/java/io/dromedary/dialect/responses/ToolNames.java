package io.dromedary.dialect.responses;

import java.util.HashMap;
import java.util.Map;

/**
 * What each tool is called in chat, which knows functions in one list only, and what it is for the client: a function
 * of a namespace, or a custom tool that takes a text. Immutable once the request has been read.
 */
final class ToolNames {

    private final Map<String, Tool> byFlat = new HashMap<>();
    private final Map<String, Tool> byOwn = new HashMap<>();

    /**
     * A tool.
     *
     * @param flat      what chat knows it as
     * @param namespace where the client has it; empty where in none
     * @param name      what the client calls it there
     * @param custom    whether it takes a text in place of arguments
     */
    record Tool(String flat, String namespace, String name, boolean custom) {
    }

    private ToolNames() {
    }

    /** No tools yet. */
    static ToolNames none() {
        return new ToolNames();
    }

    private static String own(String namespace, String name) {
        return namespace + "\0" + name;
    }

    /** Adds a tool; null where it is there. */
    Tool add(String namespace, String name, boolean custom) {
        if (byOwn.containsKey(own(namespace, name))) {
            return null;
        }
        String flat = name;
        if (byFlat.containsKey(flat)) {
            flat = namespace.isEmpty() ? name + "_" + byFlat.size() : namespace + "__" + name;
        }
        if (byFlat.containsKey(flat)) {
            flat += "_" + byFlat.size();
        }
        Tool tool = new Tool(flat, namespace, name, custom);
        if (byFlat.putIfAbsent(flat, tool) != null) {
            return null;
        }
        byOwn.put(own(namespace, name), tool);
        return tool;
    }

    /** The tool that the client knows by that name, or null. */
    Tool find(String namespace, String name) {
        return byOwn.get(own(namespace, name));
    }

    /** What chat knows the tool as; its own name where it is not offered any more. */
    String flat(String namespace, String name) {
        Tool tool = find(namespace, name);
        return tool == null ? name : tool.flat();
    }

    /** The tool that a model calls; a function where none is called so. */
    Tool called(String flat) {
        Tool tool = byFlat.get(flat);
        return tool == null ? new Tool(flat, "", flat, false) : tool;
    }
}
