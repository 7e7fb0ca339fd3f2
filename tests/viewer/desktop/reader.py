# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a screen reader is told: the accessibility bus of a viewer.

    with ScreenReader() as reader, Viewer(PATH, reader=reader) as viewer:
        for node in reader.walk():
            print(node.role, node.name)"""

import functools
import os
import shutil
import subprocess
import tempfile
import time

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"


def missing_parts():
    """What is not installed, in words."""
    missing = [] if os.path.exists(LAUNCHER) else [LAUNCHER]
    if shutil.which("dbus-daemon") is None:
        missing.append("dbus-daemon")
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        missing.append("gir1.2-atspi-2.0")
    return missing


class Node:
    """One accessible object; each thing is asked for once, when it is wanted:
    every answer is a message to the viewer and back."""

    def __init__(self, accessible, parents):
        self.accessible = accessible
        self.parents = parents

    def ask(self, question, otherwise):
        from gi.repository import GLib
        try:
            return question()
        except GLib.Error:  # it is no longer there
            return otherwise

    @functools.cached_property
    def role(self):
        return self.ask(self.accessible.get_role_name, "")

    @functools.cached_property
    def name(self):
        return self.ask(self.accessible.get_name, "") or ""

    @functools.cached_property
    def description(self):
        return self.ask(self.accessible.get_description, "") or ""

    @functools.cached_property
    def states(self):
        from gi.repository import Atspi
        found = self.ask(self.accessible.get_state_set, None)
        return {word for word in ("focusable", "focused", "selected",
                                  "pressed", "checked")
                if found and found.contains(
                    getattr(Atspi.StateType, word.upper()))}

    @property
    def focusable(self):
        return "focusable" in self.states

    @property
    def focused(self):
        return "focused" in self.states

    @property
    def selected(self):
        return "selected" in self.states

    @property
    def pressed(self):
        return bool(self.states & {"pressed", "checked"})

    def act(self):
        """Does what it is for, as a click would."""
        from gi.repository import Atspi
        return Atspi.Action.do_action(self.accessible, 0)

    def place(self):
        """Where in the window it can be clicked: its left part."""
        from gi.repository import Atspi
        box = Atspi.Component.get_extents(self.accessible,
                                          Atspi.CoordType.WINDOW)
        return box.x + min(box.width // 2, 12), box.y + box.height // 2

    def range(self):
        """Of a slider."""
        from gi.repository import Atspi
        return (Atspi.Value.get_minimum_value(self.accessible),
                Atspi.Value.get_maximum_value(self.accessible))

    def __str__(self):
        return "%s%s '%s' '%s' %s" % ("  " * len(self.parents), self.role,
                                      self.name, self.description,
                                      " ".join(sorted(self.states)))


class ScreenReader:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="vitrail-reader-")
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--print-address", "--nofork",
             "--nopidfile"], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL)
        address = self.bus.stdout.readline().strip()
        self.env = {"DBUS_SESSION_BUS_ADDRESS": address,
                    "XDG_RUNTIME_DIR": self.folder}
        os.environ.update(self.env)
        os.environ.pop("DISPLAY", None)
        self.launcher = subprocess.Popen(
            [LAUNCHER, "--launch-immediately"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for_bus()
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        self.atspi = Atspi
        Atspi.init()
        Atspi.set_timeout(3000, 10000)
        return self

    def wait_for_bus(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answer = subprocess.run(
                ["dbus-send", "--session", "--print-reply",
                 "--dest=org.a11y.Bus", "/org/a11y/bus",
                 "org.a11y.Bus.GetAddress"],
                capture_output=True, text=True)
            if answer.returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("no accessibility bus")

    def __exit__(self, kind, error, trace):
        for process in (self.launcher, self.bus):
            process.terminate()
            process.wait()
        self.bus.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def walk(self):
        """Every object of every program on the bus, from the top."""
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            program = desktop.get_child_at_index(i)
            if program is not None:
                program.set_cache_mask(self.atspi.Cache.NONE)
                program.clear_cache()
            yield from self._below(program, [])

    def _below(self, accessible, parents):
        if accessible is None or len(parents) > 60:
            return
        node = Node(accessible, parents)
        n = node.ask(accessible.get_child_count, 0)
        yield node
        for i in range(n):
            child = node.ask(lambda i=i: accessible.get_child_at_index(i), None)
            yield from self._below(child, parents + [node])

    def focus(self):
        """What has the focus: the innermost, or None."""
        found = [node for node in self.walk() if node.focused]
        return found[-1] if found else None

    def until(self, condition, seconds=60):
        """Waits for condition () to be true; its value."""
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value or time.monotonic() > end:
                return value
            time.sleep(0.1)


# What a hand or a key acts on.
ROLES = ("push button", "toggle button", "check box", "radio button", "slider",
         "menu item", "check menu item", "radio menu item", "list item",
         "list", "combo box", "entry", "text", "spin button", "link", "switch")
# What GTK says for want of a name.
CLASSES = ("Gtk", "Adw", "Vitrail", "Gdk")


def nameless(reader):
    """Whatever can be used and does not say what it is. What scrolls a menu is
    GTK's own and needs no hand."""
    return [str(node) for node in reader.walk()
            if (node.focusable or node.role in ROLES)
            and node.role != "scroll pane"
            and (node.role in ("", "unknown", "filler", "invalid")
                 or not node.name.strip() or node.name.startswith(CLASSES))]


def image(reader, what=""):
    """The first viewport whose name holds @what."""
    for node in reader.walk():
        if node.role == "image" and node.name.startswith("Viewport") \
                and what in node.name:
            return node
    return None


def button(reader, name):
    """The focusable one: a menu button has another one around it."""
    return next((node for node in reader.walk() if node.focusable
                 and node.role.endswith("button") and node.name == name), None)
