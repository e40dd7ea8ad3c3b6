package dev.heddle.runtime.internal.loom;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_MethodHandles;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.System.Logger.Level;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the virtual threads of one runtime are started in: the JDK's notion of a group of threads, by which thread dumps are
 * ordered.
 *
 * <p>A virtual thread that is merely started goes into the JDK's root container, a concurrent map that all of them are put
 * into and removed from. A runtime has a list of its tasks anyhow, so its container keeps nothing and asks for that list
 * when a dump is taken.
 *
 * <p>Containers are subclasses of a class that the JDK does not export. Ours is made at run time, in the package that the
 * {@code --add-opens} of {@link VirtualThreads#MEND} opens:
 *
 * <pre>{@code
 * package java.lang;
 * public final class HeddleThreadContainer extends jdk.internal.vm.ThreadContainer {
 *     private final String name;
 *     private final Supplier threads;
 *     public HeddleThreadContainer(String name, Supplier threads) { super(true); … }
 *     public String name() { return name; }
 *     public Stream threads() { return (Stream) threads.get(); }
 *     public static MethodHandles.Lookup lookup() { return MethodHandles.lookup(); }
 * }
 * }</pre>
 *
 * <p>Where that does not work, threads go into the root container.
 */
public final class ThreadContainer {

    private static final String CLASS_NAME = "java.lang.HeddleThreadContainer";
    private static final String JDK_CONTAINER = "jdk.internal.vm.ThreadContainer";
    private static final String JDK_CONTAINERS = "jdk.internal.vm.ThreadContainers";

    private static final @Nullable MethodHandle NEW;
    private static final @Nullable MethodHandle REGISTER;
    private static final @Nullable MethodHandle DEREGISTER;
    private static final @Nullable MethodHandle START;

    static {
        MethodHandle constructor = null;
        MethodHandle register = null;
        MethodHandle deregister = null;
        MethodHandle start = null;
        if (VirtualThreads.isCustomSchedulerAvailable()) {
            try {
                Class<?> type = containerClass();
                MethodHandles.Lookup lookup = (MethodHandles.Lookup) MethodHandles.publicLookup()
                        .findStatic(type, "lookup", MethodType.methodType(MethodHandles.Lookup.class))
                        .invoke();
                Class<?> container = lookup.findClass(JDK_CONTAINER);
                Class<?> containers = lookup.findClass(JDK_CONTAINERS);
                constructor = lookup.findConstructor(
                                type, MethodType.methodType(void.class, String.class, Supplier.class))
                        .asType(MethodType.methodType(Object.class, String.class, Supplier.class));
                register = lookup.findStatic(
                                containers, "registerContainer", MethodType.methodType(Object.class, container))
                        .asType(MethodType.methodType(Object.class, Object.class));
                deregister = lookup.findStatic(
                        containers, "deregisterContainer", MethodType.methodType(void.class, Object.class));
                start = lookup.findVirtual(Thread.class, "start", MethodType.methodType(void.class, container))
                        .asType(MethodType.methodType(void.class, Thread.class, Object.class));
            } catch (Throwable e) {
                System.getLogger(ThreadContainer.class.getName())
                        .log(Level.DEBUG, "Virtual threads go into the root container", e);
            }
        }
        // All or none: a container without a way to start threads in it is of no use.
        NEW = start == null ? null : constructor;
        REGISTER = start == null ? null : register;
        DEREGISTER = start == null ? null : deregister;
        START = start;
    }

    private final @Nullable Object container;
    private final @Nullable Object key;

    private ThreadContainer(@Nullable Object container, @Nullable Object key) {
        this.container = container;
        this.key = key;
    }

    /**
     * Makes a container, which stays in thread dumps until it is closed.
     *
     * @param name what dumps call it
     * @param threads its live virtual threads; called by whoever takes a dump
     */
    public static ThreadContainer create(String name, Supplier<Stream<Thread>> threads) {
        if (NEW == null || REGISTER == null) {
            return new ThreadContainer(null, null);
        }
        try {
            Object container = (Object) NEW.invokeExact(name, (Supplier<?>) threads);
            return new ThreadContainer(container, (Object) REGISTER.invokeExact(container));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Starts a virtual thread in this container. Callable from any thread, also when the container is closed. */
    public void start(Thread virtualThread) {
        if (container == null || START == null) {
            virtualThread.start();
            return;
        }
        try {
            START.invokeExact(virtualThread, container);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Takes this container out of thread dumps. */
    public void close() {
        if (key != null && DEREGISTER != null) {
            try {
                DEREGISTER.invokeExact(key);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Class<?> containerClass() throws IllegalAccessException, ClassNotFoundException {
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
        try {
            return lookup.defineClass(containerClassFile());
        } catch (LinkageError alreadyDefined) {
            // Another class loader has loaded this library before, as development tools that restart applications do.
            return lookup.findClass(CLASS_NAME);
        }
    }

    private static byte[] containerClassFile() {
        ClassDesc self = ClassDesc.of(CLASS_NAME);
        ClassDesc parent = ClassDesc.of(JDK_CONTAINER);
        ClassDesc supplier = Supplier.class.describeConstable().orElseThrow();
        ClassDesc stream = Stream.class.describeConstable().orElseThrow();
        return ClassFile.of()
                .build(
                        self,
                        type -> type.withFlags(ACC_PUBLIC | ACC_FINAL)
                                .withSuperclass(parent)
                                .withField("name", CD_String, ACC_PRIVATE | ACC_FINAL)
                                .withField("threads", supplier, ACC_PRIVATE | ACC_FINAL)
                                .withMethodBody(
                                        INIT_NAME,
                                        MethodTypeDesc.of(CD_void, CD_String, supplier),
                                        ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .iconst_1()
                                                .invokespecial(
                                                        parent, INIT_NAME, MethodTypeDesc.of(CD_void, CD_boolean))
                                                .aload(0)
                                                .aload(1)
                                                .putfield(self, "name", CD_String)
                                                .aload(0)
                                                .aload(2)
                                                .putfield(self, "threads", supplier)
                                                .return_())
                                .withMethodBody(
                                        "name",
                                        MethodTypeDesc.of(CD_String),
                                        ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .getfield(self, "name", CD_String)
                                                .areturn())
                                .withMethodBody(
                                        "threads",
                                        MethodTypeDesc.of(stream),
                                        ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .getfield(self, "threads", supplier)
                                                .invokeinterface(supplier, "get", MethodTypeDesc.of(CD_Object))
                                                .checkcast(stream)
                                                .areturn())
                                .withMethodBody(
                                        "lookup",
                                        MethodTypeDesc.of(CD_MethodHandles_Lookup),
                                        ACC_PUBLIC | ACC_STATIC,
                                        code -> code.invokestatic(
                                                        CD_MethodHandles,
                                                        "lookup",
                                                        MethodTypeDesc.of(CD_MethodHandles_Lookup))
                                                .areturn()));
    }
}
