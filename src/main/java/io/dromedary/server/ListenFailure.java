package io.dromedary.server;

import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Says why a port cannot be opened, and what to do: a sentence for each kind of reason. */
final class ListenFailure {

    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int LAST_PORT = 65_535;

    private ListenFailure() {
    }

    /** The sentence for {@code failure}. */
    static String sentence(Throwable failure, String host, int port, String option) {
        if (port < 0 || port > LAST_PORT) {
            return notAPort(String.valueOf(port), option);
        }
        String cannot = "Port " + port + " on " + host + " cannot be opened: ";
        InetAddress address = address(host);
        if (address == null || failure instanceof UnknownHostException
                || failure instanceof UnresolvedAddressException) {
            return cannot + "no host of that name is known. Name an address of this machine with --host, or 0.0.0.0"
                    + " for all";
        }
        if (!isOfThisMachine(address)) {
            return cannot + "that is no address of this machine. Name one with --host, or 0.0.0.0 for all";
        }
        String reason = String.valueOf(failure.getMessage());
        if (reason.contains("Permission denied")) {
            return cannot + (port < FIRST_UNPRIVILEGED ? "ports below " + FIRST_UNPRIVILEGED
                    + " are the administrator's here"
                    : "the system does not allow it") + ". Name another with " + option;
        }
        return cannot + (failure instanceof BindException ? "it is taken by another program" : reason)
                + ". Name another with " + option;
    }

    /** What is wrong with a port that is no number of one. */
    static String notAPort(String value, String option) {
        return value + " is no port: write a number from 1 to " + LAST_PORT + " with " + option
                + (option.startsWith("--") ? ", or 0 for any that is free" : ", or 0 for none");
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress() || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // unknown: another reason is told
        }
    }
}
