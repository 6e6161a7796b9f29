/* SPDX-License-Identifier: MIT */
/*
 * A filter is a little program the kernel runs before each system call (seccomp(2)): is it for this
 * processor, and is the number in a list? The lists are of numbers, not of names, because not every
 * processor has every call.
 */
#include "library_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#elif defined(__arm__)
#define FILTER_ARCH AUDIT_ARCH_ARM
#elif defined(__i386__)
#define FILTER_ARCH AUDIT_ARCH_I386
#elif defined(__riscv) && __riscv_xlen == 64
#define FILTER_ARCH AUDIT_ARCH_RISCV64
#else
#define FILTER_ARCH 0
#endif

#define FILTER_MAX 128 /* a jump reaches 255 steps */
#define REFUSE	   (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN	   (SECCOMP_RET_ERRNO | ENOSYS)

static const int of_decoder[] = {
	SYS_read,
	SYS_write,
	SYS_pread64,
	SYS_lseek,
	SYS_close,
	SYS_fsync,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	SYS_brk,
	SYS_exit,
	SYS_exit_group,
	SYS_rt_sigreturn,
	SYS_rt_sigprocmask,
	SYS_rt_sigaction,
	SYS_getpid,
	SYS_gettid,
	SYS_tgkill,
	SYS_sched_yield,
	SYS_sigaltstack,
	SYS_getrandom,
	SYS_uname,
	SYS_restart_syscall,
#ifdef SYS_mmap
	SYS_mmap,
#endif
#ifdef SYS_mmap2
	SYS_mmap2,
#endif
#ifdef SYS__llseek
	SYS__llseek,
#endif
#ifdef SYS_fstat
	SYS_fstat,
#endif
#ifdef SYS_fstat64
	SYS_fstat64,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat, /* how newer C libraries ask fstat(); other paths are behind the fence */
#endif
#ifdef SYS_futex
	SYS_futex,
#endif
#ifdef SYS_futex_time64
	SYS_futex_time64,
#endif
#ifdef SYS_clock_gettime
	SYS_clock_gettime,
#endif
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_gettimeofday
	SYS_gettimeofday,
#endif
};

static const int not_of_converter[] = {
	SYS_socket,
	SYS_socketpair,
	SYS_connect,
	SYS_bind,
	SYS_listen,
	SYS_accept4,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_linkat,
	SYS_process_vm_writev,
	SYS_symlinkat,
	SYS_unlinkat,
	SYS_mkdirat,
	SYS_mknodat,
	SYS_fchmod,
	SYS_fchmodat,
	SYS_fchown,
	SYS_fchownat,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_unshare,
	SYS_setns,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_io_uring_setup,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_userfaultfd,
	SYS_pidfd_open,
	SYS_kill,
	SYS_renameat2,
	SYS_setxattr,
	SYS_fsetxattr,
	SYS_swapon,
	SYS_kexec_load,
	SYS_init_module,
	SYS_finit_module,
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_rename
	SYS_rename,
#endif
#ifdef SYS_unlink
	SYS_unlink,
#endif
#ifdef SYS_link
	SYS_link,
#endif
#ifdef SYS_symlink
	SYS_symlink,
#endif
#ifdef SYS_mkdir
	SYS_mkdir,
#endif
#ifdef SYS_rmdir
	SYS_rmdir,
#endif
#ifdef SYS_chmod
	SYS_chmod,
#endif
#ifdef SYS_mknod
	SYS_mknod,
#endif
#ifdef SYS_fork
	SYS_fork,
#endif
#ifdef SYS_vfork
	SYS_vfork,
#endif
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
};

struct filter {
	struct sock_filter steps[FILTER_MAX];
	unsigned short n;
};

static void put(struct filter *filter, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
	filter->steps[filter->n++] = (struct sock_filter){code, if_true, if_false, k};
}

static void load(struct filter *filter, size_t offset)
{
	put(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* If what was loaded is 'value', that is the answer; else the next step is asked. */
static void answer_if(struct filter *filter, uint32_t value, uint32_t answer)
{
	put(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	put(filter, BPF_RET | BPF_K, answer, 0, 0);
}

static void begin(struct filter *filter)
{
	load(filter, offsetof(struct seccomp_data, arch));
	put(filter, BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0);
	put(filter, BPF_RET | BPF_K, REFUSE, 0, 0);
	load(filter, offsetof(struct seccomp_data, nr));
}

/* All the numbers of a list jump to one answer; the others go on behind it. */
static void answer_list(struct filter *filter, const int *numbers, size_t n, uint32_t answer)
{
	for (size_t i = 0; i < n; i++)
		put(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[i], (uint8_t)(n - i), 0);
	put(filter, BPF_JMP | BPF_JA, 1, 0, 0);
	put(filter, BPF_RET | BPF_K, answer, 0, 0);
}

static void install(const struct filter *filter)
{
	struct sock_fprog program = {filter->n, (struct sock_filter *)filter->steps};

	if (FILTER_ARCH != 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		errno = 0; /* refused: the limits have to do */
}

void filter_decoder(void)
{
	struct filter filter = {.n = 0};

	begin(&filter);
	answer_list(&filter, of_decoder, sizeof(of_decoder) / sizeof(of_decoder[0]),
		    SECCOMP_RET_ALLOW);
	put(&filter, BPF_RET | BPF_K, REFUSE, 0, 0);
	install(&filter);
}

/*
 * It may have threads, not processes: clone() is asked for its flags, and clone3(), whose flags a
 * filter cannot see, is not there, so that the C library falls back to clone().
 */
void filter_converter(void)
{
	struct filter filter = {.n = 0};

	begin(&filter);
	answer_list(&filter, not_of_converter,
		    sizeof(not_of_converter) / sizeof(not_of_converter[0]), REFUSE);
	answer_if(&filter, SYS_clone3, UNKNOWN);
	put(&filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0);
	put(&filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	load(&filter, offsetof(struct seccomp_data, args[0]));
	put(&filter, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
	put(&filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	put(&filter, BPF_RET | BPF_K, REFUSE, 0, 0);
	install(&filter);
}
