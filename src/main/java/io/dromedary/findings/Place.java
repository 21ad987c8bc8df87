package io.dromedary.findings;

/**
 * Where in a configuration file something stands.
 *
 * @param file   the file as the operator named it
 * @param line   from 1
 * @param column from 1
 */
public record Place(String file, int line, int column) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
