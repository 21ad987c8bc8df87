package io.dromedary.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The table of providers, {@code providers.txt} beside this class: a line of it is a provider. */
final class Providers {

    private static final String TABLE = "providers.txt";
    private static final Path IN_A_CHECKOUT = Path.of("src/main/resources/io/dromedary/config", TABLE);
    private static final Pattern ANY = Pattern.compile(".*");
    private static final Pattern NOTHING = Pattern.compile("(?!)");
    private static final Map<String, Provider> ALL = new LinkedHashMap<>();

    static {
        table().lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(Providers::provider)
                .forEach(provider -> ALL.put(provider.name(), provider));
    }

    private Providers() {
    }

    /** Camel's CLI compiles the sources and puts no resource on the class path: there it is read from the checkout. */
    private static String table() {
        try (InputStream in = Providers.class.getResourceAsStream(TABLE)) {
            return in != null ? new String(in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(IN_A_CHECKOUT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Provider provider(String line) {
        String[] cells = line.split(" \\| ");
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cells[i].equals("-") ? "" : cells[i];
        }
        Provider.Key key = cells[4].isEmpty() ? Provider.Key.BEARER
                : Provider.Key.valueOf(cells[4].toUpperCase(Locale.ROOT).replace('-', '_'));
        return new Provider(cells[0], cells[1], names(cells[2]), names(cells[3]), key, cells[5], cells[6],
                cells[7].isEmpty() ? ANY : Pattern.compile(cells[7]),
                cells[8].isEmpty() ? NOTHING : Pattern.compile(cells[8]), cells[9], cells[10]);
    }

    private static List<String> names(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split(","));
    }

    /** All of them, in the order of the table. */
    static Collection<Provider> all() {
        return ALL.values();
    }

    /** The provider of that prefix. */
    static Optional<Provider> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** The provider that {@code model}, written without a prefix, is taken for, as LiteLLM has it. */
    static Optional<Provider> ofBareName(String model) {
        return model.equals("*") ? named("openai")
                : ALL.values().stream().filter(provider -> provider.bare().matcher(model).matches()).findFirst();
    }

    /** The prefixes of those that can be served. */
    static List<String> servedNames() {
        return ALL.values().stream().filter(Provider::served).map(Provider::name).toList();
    }
}
