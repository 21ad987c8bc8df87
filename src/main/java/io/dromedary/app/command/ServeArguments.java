package io.dromedary.app.command;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the command line says of a start, and the names of its options. {@link #read} knows the usual command lines
 * alone, and does not need picocli for them: its classes are of a format that Java keeps in no AOT cache, and take a
 * good part of a start. {@link ServeCommand} reads all others, and says what is wrong with them.
 *
 * @param config the model list; null where none is named
 * @param host   the address to listen on; null where none is named
 * @param port   the port to listen on; null where none is named
 * @param debug  whether more is logged
 */
record ServeArguments(Path config, String host, Integer port, boolean debug) {

    static final String CONFIG = "--config";
    static final String CONFIG_SHORT = "-c";
    static final String HOST = "--host";
    static final String PORT = "--port";
    static final String WORKERS = "--num_workers";
    static final String DEBUG = "--debug";
    static final String DETAILED_DEBUG = "--detailed_debug";

    private static final Set<String> FLAGS = Set.of(DEBUG, DETAILED_DEBUG);
    private static final Set<String> NUMBERS = Set.of(PORT, WORKERS);
    private static final Set<String> TEXTS = Set.of(CONFIG, HOST);
    /** What picocli takes as it is, whatever its settings. */
    private static final String PLAIN_TEXT = "[A-Za-z0-9_./:][A-Za-z0-9_./:-]*";
    /** May be the name of a command, which picocli takes for no value. */
    private static final String WORD = "[a-z]+";
    /** A number that is the same in each way of reading numbers. */
    private static final String PLAIN_NUMBER = "0|[1-9][0-9]{0,8}";

    /**
     * Reads a usual command line: options that are each there once, with a value of their own where they take one.
     *
     * @return empty for any other, be it wrong or not
     */
    static Optional<ServeArguments> read(String... arguments) {
        Map<String, String> values = new HashMap<>();
        List<String> words = List.of(arguments);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int sign = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = sign < 0 ? word : word.substring(0, sign);
            name = name.equals(CONFIG_SHORT) ? CONFIG : name;
            String value = sign < 0 ? "" : word.substring(sign + 1);
            boolean flag = FLAGS.contains(name);
            if (!flag && sign < 0 && i + 1 < words.size()) {
                i++;
                value = words.get(i);
            }
            boolean usual = flag ? sign < 0 : TEXTS.contains(name) && value.matches(PLAIN_TEXT) && !value.matches(WORD)
                    || NUMBERS.contains(name) && value.matches(PLAIN_NUMBER);
            if (!usual || values.put(name, value) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new ServeArguments(values.containsKey(CONFIG) ? Path.of(values.get(CONFIG)) : null,
                values.get(HOST), values.containsKey(PORT) ? Integer.valueOf(values.get(PORT)) : null,
                FLAGS.stream().anyMatch(values::containsKey)));
    }
}
