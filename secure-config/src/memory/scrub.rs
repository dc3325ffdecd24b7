//! What a load leaves in registers and on the stack below it.

use std::mem::MaybeUninit;

use zeroize::optimization_barrier;

/// How much of the stack below the caller is wiped: more than a load uses with nested structs, without optimization too.
/// The gate goes deeper and wipes its own tables.
const DEPTH: usize = if cfg!(debug_assertions) {
    64 * 1024
} else {
    16 * 1024
};

/// Runs `load` and then wipes the stack it used and the vector registers.
///
/// A copy by `memcpy` leaves up to 32 bytes of what it copied in a vector register, where they stay until something
/// else uses that register; a signal handler or a core dump writes them out.
pub(crate) fn scrubbed<T>(load: impl FnOnce() -> T) -> T {
    let loaded = below(load);
    scrub();
    loaded
}

/// A frame of its own, so that what `load` puts on the stack lies below the caller.
#[inline(never)]
fn below<T>(load: impl FnOnce() -> T) -> T {
    load()
}

/// Wipes the stack below the caller and the vector registers.
fn scrub() {
    wipe_stack();
    clear_vector_registers();
}

/// Wipes what earlier calls left below the caller.
#[inline(never)]
fn wipe_stack() {
    let mut stack = [const { MaybeUninit::<u8>::uninit() }; DEPTH];
    // In pieces, which `memset` writes with vector instructions; a large one it leaves to a slow string instruction.
    for piece in stack.chunks_exact_mut(1024) {
        piece.fill(MaybeUninit::new(0));
        optimization_barrier(piece);
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline(never)]
fn clear_vector_registers() {
    use std::arch::asm;

    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has AVX-512; the compiler is told that the registers change, and nothing else does.
        unsafe {
            asm!(
                "vzeroall",
                "vpxord zmm16, zmm16, zmm16",
                "vpxord zmm17, zmm17, zmm17",
                "vpxord zmm18, zmm18, zmm18",
                "vpxord zmm19, zmm19, zmm19",
                "vpxord zmm20, zmm20, zmm20",
                "vpxord zmm21, zmm21, zmm21",
                "vpxord zmm22, zmm22, zmm22",
                "vpxord zmm23, zmm23, zmm23",
                "vpxord zmm24, zmm24, zmm24",
                "vpxord zmm25, zmm25, zmm25",
                "vpxord zmm26, zmm26, zmm26",
                "vpxord zmm27, zmm27, zmm27",
                "vpxord zmm28, zmm28, zmm28",
                "vpxord zmm29, zmm29, zmm29",
                "vpxord zmm30, zmm30, zmm30",
                "vpxord zmm31, zmm31, zmm31",
                clobber_abi("sysv64"),
                options(nomem, nostack, preserves_flags),
            );
        }
    } else if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has AVX; as above.
        unsafe {
            asm!(
                "vzeroall",
                clobber_abi("sysv64"),
                options(nomem, nostack, preserves_flags)
            )
        };
    } else {
        // SAFETY: every x86-64 processor has these registers; as above.
        unsafe {
            asm!(
                "pxor xmm0, xmm0",
                "pxor xmm1, xmm1",
                "pxor xmm2, xmm2",
                "pxor xmm3, xmm3",
                "pxor xmm4, xmm4",
                "pxor xmm5, xmm5",
                "pxor xmm6, xmm6",
                "pxor xmm7, xmm7",
                "pxor xmm8, xmm8",
                "pxor xmm9, xmm9",
                "pxor xmm10, xmm10",
                "pxor xmm11, xmm11",
                "pxor xmm12, xmm12",
                "pxor xmm13, xmm13",
                "pxor xmm14, xmm14",
                "pxor xmm15, xmm15",
                clobber_abi("sysv64"),
                options(nomem, nostack, preserves_flags),
            );
        }
    }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
#[inline(never)]
fn clear_vector_registers() {
    // SAFETY: every AArch64 processor that std supports has these registers; the compiler is told that they change
    // (the lower halves of v8 to v15 belong to the caller: named here, they are saved and come back as they were).
    unsafe {
        std::arch::asm!(
            "movi v0.2d, #0",
            "movi v1.2d, #0",
            "movi v2.2d, #0",
            "movi v3.2d, #0",
            "movi v4.2d, #0",
            "movi v5.2d, #0",
            "movi v6.2d, #0",
            "movi v7.2d, #0",
            "movi v8.2d, #0",
            "movi v9.2d, #0",
            "movi v10.2d, #0",
            "movi v11.2d, #0",
            "movi v12.2d, #0",
            "movi v13.2d, #0",
            "movi v14.2d, #0",
            "movi v15.2d, #0",
            "movi v16.2d, #0",
            "movi v17.2d, #0",
            "movi v18.2d, #0",
            "movi v19.2d, #0",
            "movi v20.2d, #0",
            "movi v21.2d, #0",
            "movi v22.2d, #0",
            "movi v23.2d, #0",
            "movi v24.2d, #0",
            "movi v25.2d, #0",
            "movi v26.2d, #0",
            "movi v27.2d, #0",
            "movi v28.2d, #0",
            "movi v29.2d, #0",
            "movi v30.2d, #0",
            "movi v31.2d, #0",
            out("v8") _, out("v9") _, out("v10") _, out("v11") _,
            out("v12") _, out("v13") _, out("v14") _, out("v15") _,
            clobber_abi("C"),
            options(nomem, nostack, preserves_flags),
        );
    }
}

/// Elsewhere: copies and comparisons of zeros in the sizes that C libraries treat differently, which go through the
/// registers that the same routines used for secrets.
#[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[inline(never)]
fn clear_vector_registers() {
    let zeros = std::hint::black_box([0_u8; 1024]);
    let mut copy = [0_u8; 1024];
    for size in [8, 16, 32, 48, 64, 96, 128, 256, 512, 1024] {
        let size = std::hint::black_box(size);
        copy[..size].copy_from_slice(&zeros[..size]);
        std::hint::black_box(&mut copy);
        std::hint::black_box(copy[..size] == zeros[..size]);
    }
}
