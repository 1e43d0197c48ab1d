"""Reads compressed header fields of HTTP/2, by the library that the nodes use as well."""

import ctypes

LIBRARY = ctypes.CDLL("libnghttp2.so.14")
LIBRARY.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
FINAL, EMIT = 1, 2


class Field(ctypes.Structure):
    """nghttp2_nv."""

    _fields_ = [("name", ctypes.c_void_p), ("value", ctypes.c_void_p),
                ("name_size", ctypes.c_size_t), ("value_size", ctypes.c_size_t),
                ("flags", ctypes.c_uint8)]


class Inflater:
    """Reads the blocks of fields of one connection, all of them and in order."""

    def __init__(self):
        self.inflater = ctypes.c_void_p()
        assert LIBRARY.nghttp2_hd_inflate_new(ctypes.byref(self.inflater)) == 0

    def __del__(self):
        LIBRARY.nghttp2_hd_inflate_del(self.inflater)

    def read(self, block):
        """Returns the fields of a block by name."""
        fields, found, flags = {}, Field(), ctypes.c_int(0)
        while not flags.value & FINAL:
            read = LIBRARY.nghttp2_hd_inflate_hd2(
                self.inflater, ctypes.byref(found), ctypes.byref(flags), block,
                ctypes.c_size_t(len(block)), 1)
            if read < 0:
                raise ValueError(f"malformed fields: {read}")
            block = block[read:]
            if flags.value & EMIT:
                name = ctypes.string_at(found.name, found.name_size)
                fields[name.decode()] = ctypes.string_at(found.value, found.value_size).decode()
        LIBRARY.nghttp2_hd_inflate_end_headers(self.inflater)
        return fields
