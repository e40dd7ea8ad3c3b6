package dev.heddle.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public and protected members of the exported packages, by reflection and in a stable order. */
final class PublicApi {

    private static final Set<String> OF_OBJECT = Set.of("equals", "hashCode", "toString");

    private PublicApi() {}

    /** Returns the public types of the exported packages, nested ones included, by name. */
    static List<Class<?>> types() {
        Path classes = classesDirectory();
        return exportedPackages(classes).stream()
                .flatMap(name -> publicTypes(classes, name))
                .sorted(Comparator.comparing(Class::getName))
                .toList();
    }

    private static Path classesDirectory() {
        try {
            return Path.of(AsyncRuntime.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> exportedPackages(Path classes) {
        try (InputStream descriptor = Files.newInputStream(classes.resolve("module-info.class"))) {
            return ModuleDescriptor.read(descriptor).exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Class<?>> publicTypes(Path classes, String packageName) {
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .<Class<?>>map(name -> load(packageName + "." + name.substring(0, name.length() - 6)))
                    .filter(PublicApi::isVisible)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return !type.isAnonymousClass()
                && !type.isLocalClass()
                && isVisible(type.getModifiers())
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    static String describe() {
        return types().stream().map(PublicApi::describe).collect(Collectors.joining("\n"));
    }

    private static String describe(Class<?> type) {
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add(modifiers(field.getModifiers()) + name(field.getAnnotatedType()) + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic() && !type.isEnum()) {
                members.add(modifiers(constructor.getModifiers()) + typeParameters(constructor.getTypeParameters())
                        + "new" + parameters(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers()) && !method.isSynthetic() && !isImplied(type, method)) {
                members.add((method.isDefault() ? "default " : "")
                        + modifiers(method.getModifiers())
                        + typeParameters(method.getTypeParameters())
                        + name(method.getAnnotatedReturnType()) + " " + method.getName() + parameters(method));
            }
        }
        members.sort(Comparator.naturalOrder());
        return header(type) + "\n"
                + members.stream().map(member -> "    " + member + "\n").collect(Collectors.joining());
    }

    private static boolean isImplied(Class<?> type, Method method) {
        return OF_OBJECT.contains(method.getName())
                || (type.isEnum()
                        && (method.getName().equals("values")
                                || method.getName().equals("valueOf")));
    }

    private static String header(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        List<String> above = new ArrayList<>();
        if (type.getSuperclass() != null && !type.isEnum() && !type.isRecord()) {
            above.add(name(type.getAnnotatedSuperclass()));
        }
        Arrays.stream(type.getAnnotatedInterfaces()).map(PublicApi::name).forEach(above::add);
        above.remove("Object");
        int modifiers = type.getModifiers() & ~Modifier.INTERFACE;
        if (type.isInterface()) {
            modifiers &= ~(Modifier.ABSTRACT | Modifier.STATIC);
        }
        if (type.isEnum() || type.isRecord()) {
            modifiers &= ~(Modifier.FINAL | Modifier.STATIC);
        }
        return modifiers(modifiers) + kind + " " + type.getName()
                + typeParameters(type.getTypeParameters()).trim()
                + (above.isEmpty() ? "" : " : " + String.join(", ", above));
    }

    private static String modifiers(int modifiers) {
        int shown = modifiers & ~(Modifier.PUBLIC | Modifier.SYNCHRONIZED | Modifier.VOLATILE | Modifier.TRANSIENT);
        return shown == 0 ? "" : Modifier.toString(shown) + " ";
    }

    private static String typeParameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + bounds(variable))
                        .collect(Collectors.joining(", ", "<", "> "));
    }

    private static String bounds(TypeVariable<?> variable) {
        String bounds = Arrays.stream(variable.getAnnotatedBounds())
                .map(PublicApi::name)
                .collect(Collectors.joining(" & "));
        return bounds.equals("Object") ? "" : " extends " + bounds;
    }

    private static String parameters(Executable executable) {
        String thrown = Arrays.stream(executable.getAnnotatedExceptionTypes())
                .map(PublicApi::name)
                .collect(Collectors.joining(", "));
        return Arrays.stream(executable.getAnnotatedParameterTypes())
                        .map(PublicApi::name)
                        .collect(Collectors.joining(", ", "(", ")"))
                + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String name(AnnotatedType type) {
        return type.toString()
                .replace("@org.jspecify.annotations.Nullable()", "@Nullable")
                .replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
    }
}
