package dev.throttle.processor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * Where a path of names such as {@code tenant.id} leads from the type of a parameter.
 *
 * @param type the type of the value at its end; null if there is none, or if javac says why
 * @param problem why there is none; null if there is one, or if javac says why
 */
record Property(@Nullable TypeMirror type, @Nullable String problem) {

  /** Follows the path; an empty one leads nowhere else. */
  static Property follow(TypeMirror from, String path, Elements elements, Types types) {
    Walk walk = new Walk(elements, types);
    Property at = found(walk.bound(from));
    if (!path.isEmpty()) {
      for (String name : path.split("\\.", -1)) {
        TypeMirror type = at.type();
        if (type == null) {
          return at;
        }
        at = walk.step(type, name);
      }
    }
    return at;
  }

  private static Property found(TypeMirror type) {
    return new Property(type.getKind() == TypeKind.ERROR ? null : type, null);
  }

  private static final Pattern GETTER = Pattern.compile("(?:get|is)(\\p{Lu}).*");

  private record Walk(Elements elements, Types types) {

    /**
     * Goes to the record component, method, getter or public field of the name, whichever comes
     * first; what cannot be read makes way for what can.
     */
    Property step(TypeMirror from, String name) {
      String problem = null;
      for (TypeMirror bound : boundsOf(from)) {
        if (bound instanceof DeclaredType declared) {
          for (Element member : candidates(declared, name)) {
            String unreadable = whyUnreadable(member);
            if (unreadable == null) {
              return found(bound(typeOf(member, declared)));
            }
            if (problem == null) {
              problem = called(from, member) + " " + unreadable;
            }
          }
        }
      }
      return new Property(
          null,
          problem == null
              ? Report.called(from)
                  + " has no property '"
                  + name
                  + "'"
                  + Nearest.question(name, properties(from))
              : problem);
    }

    private Set<String> properties(TypeMirror from) {
      Set<String> names = new HashSet<>();
      for (TypeMirror bound : boundsOf(from)) {
        if (bound instanceof DeclaredType declared) {
          for (Element member : elements.getAllMembers((TypeElement) declared.asElement())) {
            if (isProperty(member) && whyUnreadable(member) == null) {
              names.add(propertyOf(member));
            }
          }
        }
      }
      return names;
    }

    private static boolean isProperty(Element member) {
      return member.getKind().isField()
          || (member instanceof ExecutableElement method
              && method.getKind() == ElementKind.METHOD
              && method.getParameters().isEmpty()
              && !method.getSimpleName().contentEquals("getClass"));
    }

    /** Returns the name by which a path goes to the member: {@code x} for {@code getX()}. */
    private static String propertyOf(Element member) {
      String name = member.getSimpleName().toString();
      Matcher getter = GETTER.matcher(name);
      return member.getKind() == ElementKind.METHOD && getter.matches()
          ? name.substring(getter.start(1), getter.end(1)).toLowerCase(Locale.ROOT)
              + name.substring(getter.end(1))
          : name;
    }

    private static String called(TypeMirror type, Element member) {
      return Report.called(type)
          + "."
          + member.getSimpleName()
          + (member.getKind() == ElementKind.METHOD ? "()" : "");
    }

    private List<Element> candidates(DeclaredType type, String name) {
      List<? extends Element> members = elements.getAllMembers((TypeElement) type.asElement());
      List<Element> found = new ArrayList<>();
      for (String method : methods(name)) {
        members.stream()
            .filter(member -> member.getSimpleName().contentEquals(method))
            .filter(
                member ->
                    member.getKind() == ElementKind.METHOD
                        && ((ExecutableElement) member).getParameters().isEmpty())
            .forEach(found::add);
      }
      members.stream()
          .filter(member -> member.getKind().isField())
          .filter(member -> member.getSimpleName().contentEquals(name))
          .forEach(found::add);
      return found;
    }

    private static List<String> methods(String name) {
      if (name.isEmpty()) {
        return List.of();
      }
      String capital = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
      return List.of(name, "get" + capital, "is" + capital);
    }

    private static @Nullable String whyUnreadable(Element member) {
      Set<Modifier> modifiers = member.getModifiers();
      if (!modifiers.contains(Modifier.PUBLIC)) {
        return "is not public";
      }
      if (modifiers.contains(Modifier.STATIC)) {
        return "is static";
      }
      return member instanceof ExecutableElement method
              && method.getReturnType().getKind() == TypeKind.VOID
          ? "returns nothing"
          : null;
    }

    private TypeMirror typeOf(Element member, DeclaredType holder) {
      // Capturing turns the wildcards of Box<? extends Tenant> into what a value surely is.
      TypeMirror type = types.asMemberOf((DeclaredType) types.capture(holder), member);
      return type instanceof ExecutableType method ? method.getReturnType() : type;
    }

    /** Returns what a value of the type surely is: of a type variable, its bound. */
    TypeMirror bound(TypeMirror type) {
      TypeMirror at = type;
      while (at instanceof TypeVariable variable) {
        at = variable.getUpperBound();
      }
      return at;
    }

    private List<TypeMirror> boundsOf(TypeMirror type) {
      return type instanceof IntersectionType several
          ? several.getBounds().stream().map(this::bound).toList()
          : List.of(type);
    }
  }
}
