/* Puts the compressed world data into the read-only part of the binary; see embedded_world.h. */
        .section .rodata
        .balign 16
        .global proxyherd_world_begin
        .global proxyherd_world_end
proxyherd_world_begin:
        .incbin PROXYHERD_WORLD_FILE
proxyherd_world_end:
        .byte 0
        /* The stack of the program need not be executable. */
        .section .note.GNU-stack, "", %progbits
