package io.dromedary.observe.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the path of the route that a request's path belongs to: there are few, where clients can write any. */
final class RoutePaths {

    private final Map<String, String> exact = new HashMap<>();
    private final List<String[]> withParameters = new ArrayList<>();

    /** @param paths with parameters such as {@code :id}; one that ends in a star is whatever begins so */
    RoutePaths(Collection<String> paths) {
        for (String path : paths) {
            if (path.contains(":") || path.endsWith("*")) {
                withParameters.add(path.split("/", -1));
            } else {
                exact.put(path, path);
            }
        }
    }

    /** The route's path, with its parameters in braces; {@link MetricLabels#OTHER} where no route has it. */
    String of(String path) {
        String same = exact.get(path);
        if (same != null) {
            return same;
        }
        String[] segments = withParameters.isEmpty() ? new String[0] : path.split("/", -1);
        for (String[] route : withParameters) {
            if (matches(route, segments)) {
                return written(route);
            }
        }
        return MetricLabels.OTHER;
    }

    private static boolean matches(String[] route, String[] segments) {
        for (int i = 0; i < route.length; i++) {
            if (route[i].equals("*")) {
                return true;
            }
            if (i >= segments.length || !route[i].startsWith(":") && !route[i].equals(segments[i])) {
                return false;
            }
        }
        return route.length == segments.length;
    }

    private static String written(String[] route) {
        List<String> segments = new ArrayList<>();
        for (String segment : route) {
            segments.add(segment.startsWith(":") ? "{" + segment.substring(1) + "}" : segment);
        }
        return String.join("/", segments);
    }
}
