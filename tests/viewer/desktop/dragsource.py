# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small window to drag files from, as a file manager's. Arguments: files,
folders, or URIs. Says "ready" when it is to be seen."""

import os
import sys

import gi

gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk  # noqa: E402


def as_file(text):
    return (Gio.File.new_for_uri(text) if "://" in text
            else Gio.File.new_for_path(os.path.abspath(text)))


def main():
    Gtk.init()
    window = Gtk.Window(title="Files", default_width=150, default_height=60,
                        decorated=False)
    handle = Gtk.Label(label="Drag this")
    files = Gdk.FileList.new_from_array([as_file(t) for t in sys.argv[1:]])
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(Gdk.ContentProvider.new_for_value(
        GObject.Value(Gdk.FileList, files)))
    handle.add_controller(source)
    window.set_child(handle)
    window.present()
    GLib.timeout_add(300, lambda: print("ready", flush=True))
    GLib.MainLoop().run()


main()
