package io.dromedary.recipes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of {@code docs/recipes/}, by its code blocks. The words after a block's language say what it is:
 * {@code routes/x.camel.yaml}, {@code litellm_config.yaml} (entries of model_list), {@code application.properties},
 * {@code request} and what is expected of it: {@code output}, {@code local} or {@code cloud} (what that upstream is
 * sent), {@code copies} (what is written to the folder of that name).
 */
record RecipePage(String name, List<Block> blocks) {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+) ([^\\n]+)\\n(.*?)^```$");

    /** A code block; {@code options} are its words of the form {@code key=value}. */
    record Block(String what, Map<String, String> options, String text) {
    }

    /** A request with what is expected of it. */
    record Exchange(Block request, List<Block> expected) {
    }

    static List<RecipePage> all() {
        try (var files = Files.list(Path.of("docs/recipes"))) {
            return files.filter(file -> file.toString().endsWith(".md") && !file.endsWith("README.md")).sorted()
                    .map(RecipePage::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecipePage read(Path file) {
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file));
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                String[] words = matcher.group(2).trim().split(" ");
                Map<String, String> options = new LinkedHashMap<>();
                for (int i = 1; i < words.length; i++) {
                    options.put(words[i].substring(0, words[i].indexOf('=')),
                            words[i].substring(words[i].indexOf('=') + 1));
                }
                blocks.add(new Block(words[0], options, matcher.group(3)));
            }
            return new RecipePage(file.getFileName().toString(), blocks);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of the one block of that kind. */
    Optional<String> block(String what) {
        return blocks.stream().filter(block -> block.what().equals(what)).map(Block::text).findFirst();
    }

    /** File name to content of the route files. */
    Map<String, String> routes() {
        Map<String, String> routes = new LinkedHashMap<>();
        blocks.stream().filter(block -> block.what().startsWith("routes/"))
                .forEach(block -> routes.put(block.what().substring("routes/".length()), block.text()));
        return routes;
    }

    /** The lines of the tunables. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        block("application.properties").orElse("").lines().filter(line -> !line.startsWith("#") && line.contains("="))
                .forEach(line ->
                properties.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return properties;
    }

    /** The requests, each with the blocks that follow it. */
    List<Exchange> exchanges() {
        List<Exchange> exchanges = new ArrayList<>();
        for (Block block : blocks) {
            if (block.what().equals("request")) {
                exchanges.add(new Exchange(block, new ArrayList<>()));
            } else if (!exchanges.isEmpty()) {
                exchanges.get(exchanges.size() - 1).expected().add(block);
            }
        }
        return exchanges;
    }

    @Override
    public String toString() {
        return name;
    }
}
