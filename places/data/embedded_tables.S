/* Puts the tables of places/data into the read-only part of the binary; see embedded_tables.h. */
        .section .rodata
        .global proxyherd_osm_to_google_begin
        .global proxyherd_osm_to_google_end
        .global proxyherd_countries_begin
        .global proxyherd_countries_end
proxyherd_osm_to_google_begin:
        .incbin PROXYHERD_OSM_TO_GOOGLE_FILE
proxyherd_osm_to_google_end:
        .byte 0
proxyherd_countries_begin:
        .incbin PROXYHERD_COUNTRIES_FILE
proxyherd_countries_end:
        .byte 0
        /* The stack of the program need not be executable. */
        .section .note.GNU-stack, "", %progbits
