package io.dromedary.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Counts the steps of the gateway's own code: each call of a method, each turn of a loop, each element of an array that
 * is copied and of a list that is searched. Its loader loads the gateway's classes once more, with a counter in them.
 * One thread.
 */
public final class Steps {

    private static final String GATEWAY = "io.dromedary.";
    private static final String SELF = Steps.class.getName().replace('.', '/');

    private static long taken;

    private Steps() {
    }

    /** Called by the counted code: one step. */
    public static void step() {
        taken++;
    }

    /** Called in place of {@link System#arraycopy}. */
    public static void arraycopy(Object from, int fromAt, Object to, int toAt, int length) {
        taken += length;
        System.arraycopy(from, fromAt, to, toAt, length);
    }

    /** Called in place of a list's own: it looks at each of its elements. */
    public static boolean contains(Collection<?> elements, Object element) {
        taken += elements instanceof Set ? 1 : elements.size();
        return elements.contains(element);
    }

    /** The steps that {@code task}, code of {@link #loader}, takes. */
    static long of(Runnable task) {
        long before = taken;
        task.run();
        return taken - before;
    }

    /** A loader that knows the gateway's classes in a counted form. */
    static ClassLoader loader() {
        return new ClassLoader(Steps.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> known = findLoadedClass(name);
                    if (known != null) {
                        return known;
                    }
                    if (!name.startsWith(GATEWAY) || name.equals(Steps.class.getName())) {
                        return super.loadClass(name, resolve);
                    }
                    byte[] counted = counted(name);
                    return defineClass(name, counted, 0, counted.length);
                }
            }
        };
    }

    private static byte[] counted(String name) throws ClassNotFoundException {
        try (InputStream in = Steps.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            ClassReader reader = new ClassReader(in.readAllBytes());
            ClassWriter writer = new ClassWriter(reader, 0);
            reader.accept(new ClassVisitor(Opcodes.ASM9, writer) {
                @Override
                public MethodVisitor visitMethod(int access, String method, String type, String generic,
                        String[] exceptions) {
                    return new Counting(super.visitMethod(access, method, type, generic, exceptions));
                }
            }, 0);
            return writer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the counter to one method. */
    private static final class Counting extends MethodVisitor {

        private final Set<Label> passed = new HashSet<>();

        Counting(MethodVisitor next) {
            super(Opcodes.ASM9, next);
        }

        private void count() {
            super.visitMethodInsn(Opcodes.INVOKESTATIC, SELF, "step", "()V", false);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            count();
        }

        @Override
        public void visitLabel(Label label) {
            passed.add(label);
            super.visitLabel(label);
        }

        @Override
        public void visitJumpInsn(int how, Label label) {
            if (passed.contains(label)) {
                count();
            }
            super.visitJumpInsn(how, label);
        }

        @Override
        public void visitMethodInsn(int how, String owner, String method, String type, boolean ofInterface) {
            if (owner.equals("java/lang/System") && method.equals("arraycopy")) {
                super.visitMethodInsn(Opcodes.INVOKESTATIC, SELF, method, type, false);
            } else if (owner.matches("java/util/(List|ArrayList|Collection)") && method.equals("contains")) {
                super.visitMethodInsn(Opcodes.INVOKESTATIC, SELF, method,
                        "(Ljava/util/Collection;Ljava/lang/Object;)Z", false);
            } else {
                super.visitMethodInsn(how, owner, method, type, ofInterface);
            }
        }
    }
}
