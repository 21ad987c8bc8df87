package io.dromedary.soak;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;

/** What another Java process of this machine holds, asked of its own management beans. */
final class ProcessVitals implements Closeable {

    /** Netty takes memory past Java's own buffer pools; the JVM's tracking (NMT) counts it as "Other". */
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)KB, committed=(\\d+)KB");

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    /**
     * What a process holds.
     *
     * @param heap    live objects, in bytes: used after a collection
     * @param direct  memory outside of the heap that buffers take, in bytes
     * @param threads platform threads
     * @param files   open file descriptors
     */
    record Vitals(long heap, long direct, int threads, long files) {
    }

    /** Attaches to {@code pid}, whose JVM must run with {@code -XX:NativeMemoryTracking=summary}. */
    ProcessVitals(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
            machine.detach();
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
        server = connector.getMBeanServerConnection();
    }

    Vitals read() throws IOException, JMException {
        MemoryMXBean memory = ManagementFactory.getPlatformMXBean(server, MemoryMXBean.class);
        memory.gc();
        return new Vitals(memory.getHeapMemoryUsage().getUsed(), direct(),
                ManagementFactory.getPlatformMXBean(server, ThreadMXBean.class).getThreadCount(),
                ManagementFactory.getPlatformMXBean(server, UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount());
    }

    private long direct() throws IOException, JMException {
        String summary =
                (String) server.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                new Object[] {new String[] {"summary"}}, new String[] {String[].class.getName()});
        Matcher other = OTHER.matcher(summary);
        if (!other.find()) {
            throw new IOException("No native memory tracking: " + summary);
        }
        return Long.parseLong(other.group(2)) * 1024;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
