#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The program inside the arm64 machine that does what the test on the host asks. A command is "NUMBER SCRIPT INPUT\n",
# the lengths of a shell script and of what it reads, and these; the reply "NUMBER STATUS OUTPUT\n" and what it printed.
use strict;
use warnings;

open(my $port, "+<:raw", "/dev/virtio-ports/board") or die "no port: $!";
my ($in, $out) = ("/run/loa-agent.in", "/run/loa-agent.out");

sub give {
	my ($bytes) = @_;
	for (my $at = 0; $at < length $bytes;) {
		$at += syswrite($port, $bytes, length($bytes) - $at, $at) // die "the host is gone: $!";
	}
}

sub take {
	my ($n) = @_;
	my $bytes = "";
	while (length $bytes < $n) {
		sysread($port, $bytes, $n - length $bytes, length $bytes) or die "the host is gone";
	}
	return $bytes;
}

sub contents {
	open(my $file, "<:raw", $out) or return "";
	local $/ = undef;
	return <$file> // "";
}

give("board\n");
while (1) {
	my $head = "";
	$head .= take(1) until $head =~ /\n/;
	my ($number, $script, $input) = split " ", $head;
	my ($shell, $text) = (take($script), take($input));
	open(my $file, ">:raw", $in) or die "no input: $!";
	print $file $text;
	close $file;
	my $child = fork // die "no process: $!";
	if ($child == 0) {
		open(STDIN, "<", $in) && open(STDOUT, ">", $out) && open(STDERR, ">&", \*STDOUT) or die "no output: $!";
		exec "sh", "-c", $shell or die "no shell: $!";
	}
	waitpid $child, 0;
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	my $said = contents();
	give("$number $status " . length($said) . "\n$said");
}
