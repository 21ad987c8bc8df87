package io.dromedary.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a gateway is made of.
 *
 * @param properties the file of tunables
 * @param routes     the route files
 * @param config     the model list and its settings
 */
public record Sources(Path properties, List<Path> routes, Path config) {

    private static final String ROUTE_FILE = ".camel.yaml";

    /**
     * Those of a gateway that would be started so.
     *
     * @param routes the folder with the route files
     */
    public static Sources of(Path properties, Path routes, Path config) {
        return new Sources(properties, in(routes), config);
    }

    /**
     * These with others in their place: a route file takes the place of the one with its name, or joins them; a folder
     * stands for the route files in it; {@code *.properties} are the tunables; any other file is the configuration.
     */
    public Sources with(List<Path> files) {
        Path newProperties = properties;
        Path newConfig = config;
        List<Path> newRoutes = new ArrayList<>(routes);
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (Files.isDirectory(file)) {
                in(file).forEach(route -> put(newRoutes, route));
            } else if (name.endsWith(ROUTE_FILE)) {
                put(newRoutes, file);
            } else if (name.endsWith(".properties")) {
                newProperties = file;
            } else {
                newConfig = file;
            }
        }
        return new Sources(newProperties, List.copyOf(newRoutes), newConfig);
    }

    private static void put(List<Path> routes, Path file) {
        routes.removeIf(route -> route.getFileName().equals(file.getFileName()));
        routes.add(file);
    }

    private static List<Path> in(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.getFileName().toString().endsWith(ROUTE_FILE)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no folder " + folder, e);
        }
    }
}
