// SPDX-License-Identifier: MIT
// Trees become archives and back, and hostile archives become nothing outside.
#include "tests/files/file_pool.hpp"
#include "tests/files/file_worker.hpp"
#include "tests/support/shell.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

using namespace strata;
using namespace strata::test;
using testing::HasSubstr;

namespace {

class archives : public testing::Test {
protected:
  /// A tar that Python makes, by lines of its own that use `t` (a TarFile) and add(name, …).
  std::string python_tar(const std::string& lines, const std::string& mode = "w") {
    fill(dir / "make.py", "import io,tarfile,sys\n"
                          "t = tarfile.open(sys.argv[1], '"
                            + mode
                            + "')\n"
                              "def add(name, data=b'', **more):\n"
                              "    i = tarfile.TarInfo(name)\n"
                              "    i.size = len(data)\n"
                              "    for k, v in more.items(): setattr(i, k, v)\n"
                              "    t.addfile(i, io.BytesIO(data))\n"
                            + lines + "\nt.close()\n");
    run("python3 -B " + (dir / "make.py") + " " + (dir / "made.tar"));
    return content_of(dir / "made.tar");
  }
  void run(const std::string& command) {
    EXPECT_EQ(std::system(("cd " + dir.path.string() + " && " + command).c_str()), 0) << command;
  }
  std::string out_of(const std::string& command) {
    run("(" + command + ") > out.txt 2>&1");
    return content_of(dir / "out.txt");
  }
  std::string refusal(const std::string& archive, bool any_links = false) {
    const auto made = files.unpack(dir / "into", archive, any_links);
    return made ? "unpacked" : std::string{to_string(made.error().code)} + ": " + made.error().message;
  }

  scratch_directory dir;
  file_pool files;
};

TEST_F(archives, of_each_format_hold_a_tree_and_give_it_back) {
  run("mkdir -p tree/a/deep tree/empty && printf hello > tree/a/x && : > tree/a/nothing && ln -s ../a/x tree/a/deep/link"
      " && chmod 750 tree/a && chmod 755 tree/a/x && touch -d '2001-02-03 04:05:06Z' tree/a/x tree/a/deep tree/a");
  run("head -c 3000000 /dev/urandom > tree/large; : > 'tree/ä ö'; : > \"$(printf 'tree/bad\\377')\"; mkfifo tree/fifo");
  for (const auto format : {archive_format::tar, archive_format::tar_gz, archive_format::zip}) {
    const auto packed = files.pack(dir / "tree", format);
    ASSERT_TRUE(packed) << packed.error().message;
    const auto made = files.unpack(dir / "copy/made/for/it", *packed);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->bytes, 3'000'005);
    EXPECT_EQ(made->skipped, 0);
    run("rm tree/fifo; diff -r --no-dereference tree copy/made/for/it; mkfifo tree/fifo");
    const auto facts = [&](const std::string& root) {
      return out_of("cd " + root + " && find . -mindepth 1 ! -name fifo -printf '%p %m %Ts %l\\n' | sort");
    };
    EXPECT_EQ(facts("tree"), facts("copy/made/for/it"));
    run("rm -r copy");
    if (format == archive_format::tar_gz) {
      EXPECT_THAT(files.pack(dir / "tree", archive_format::zip).error().message, HasSubstr("only names in UTF-8"));
      run("rm tree/bad*");
    }
  }
}

TEST_F(archives, are_what_other_programs_read_and_write) {
  run("mkdir -p tree/d && printf one > tree/d/1 && printf two > tree/2 && ln tree/2 tree/again && chmod 711 tree/2");
  fill(dir / "a.tgz", files.pack(dir / "tree", archive_format::tar_gz).value());
  EXPECT_THAT(out_of("tar tzf a.tgz | sort"), testing::StrEq("2\nagain\nd/\nd/1\n"));
  fill(dir / "a.zip", files.pack(dir / "tree", archive_format::zip).value());
  EXPECT_THAT(out_of("python3 -m zipfile -t a.zip && python3 -m zipfile -l a.zip"), HasSubstr("d/1"));

  run("tar cf b.tar tree && tar czf b.tgz tree && (cd tree && python3 -m zipfile -c ../b.zip d 2)");
  for (const std::string name : {"b.tar", "b.tgz", "b.zip"}) {
    const auto made = files.unpack(dir / "out", content_of(dir / name));
    ASSERT_TRUE(made) << name << made.error().message;
    EXPECT_EQ(out_of(name == "b.zip" ? "cat out/d/1 out/2" : "cat out/tree/d/1 out/tree/2"), "onetwo");
    if (name == "b.zip") {
      EXPECT_EQ(out_of("stat -c %a out/2"), "711\n");
    } else {
      EXPECT_EQ(out_of("test out/tree/2 -ef out/tree/again; stat -c '%a %h' out/tree/2"), "711 2\n");
    }
    run("rm -r out");
  }
  const auto one = files.pack(dir / "tree/d/1");
  fill(dir / "one.tar", *one);
  EXPECT_EQ(out_of("tar xOf one.tar 1"), "one");
}

TEST_F(archives, take_the_place_of_files_but_not_of_directories) {
  run("mkdir -p into/d && printf old > into/f && ln -s f into/l && printf keep > outside");
  const auto made = files.unpack(dir / "into", python_tar("add('f', b'new')\nadd('l', b'link no more')\nadd('d/x', b'1')"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(out_of("cat into/f into/l into/d/x"), "newlink no more1");
  EXPECT_THAT(refusal(python_tar("add('d', b'file')")), HasSubstr("is_a_directory"));
  // A link to a directory within is followed, one that leads out is not.
  run("ln -s d into/within && ln -s .. into/out");
  EXPECT_TRUE(files.unpack(dir / "into", python_tar("add('within/y', b'2')")));
  EXPECT_EQ(out_of("cat into/d/y"), "2");
  EXPECT_THAT(refusal(python_tar("add('out/outside', b'bad')")), HasSubstr("leads out"));
  EXPECT_EQ(content_of(dir / "outside"), "keep");
}

TEST_F(archives, that_are_hostile_are_refused_and_nothing_gets_out) {
  run("printf keep > secret");
  for (
    const std::string lines : {
      "add('/etc/strata-was-here', b'x')",
      "add('../secret', b'x')",
      "add('a/../../secret', b'x')",
      "add('l', type=tarfile.SYMTYPE, linkname='/etc')",
      "add('l', type=tarfile.SYMTYPE, linkname='..')",
      "add('l', type=tarfile.SYMTYPE, linkname='../secret')",
      "add('a/l', type=tarfile.SYMTYPE, linkname='../../secret')",
      "add('a', type=tarfile.SYMTYPE, linkname='.')\nadd('l', type=tarfile.SYMTYPE, linkname='a/../secret')",
      "add('x/y/z', b'')\nadd('d', type=tarfile.SYMTYPE, linkname='x')\nadd('d/l', type=tarfile.SYMTYPE, linkname='../../secret')",
      "add('deep/er/x', b'')\nadd('up', type=tarfile.SYMTYPE, linkname='deep')\nadd('deep/er/d', type=tarfile.SYMTYPE, linkname='..')\n"
      "add('deep/er/d/l', type=tarfile.SYMTYPE, linkname='../../../secret')",
      "add('h', type=tarfile.LNKTYPE, linkname='../secret')",
      "add('h', type=tarfile.LNKTYPE, linkname='/etc/passwd')",
    }) {
    EXPECT_THAT(refusal(python_tar(lines)), HasSubstr("leads out")) << lines;
    run("rm -rf into");
  }
  EXPECT_THAT(refusal(python_tar("add('dev', type=tarfile.CHRTYPE, devmajor=1, devminor=3)")), HasSubstr("devices"));
  EXPECT_THAT(refusal(python_tar("add('dev', type=tarfile.BLKTYPE, devmajor=8, devminor=0)")), HasSubstr("devices"));
  EXPECT_EQ(out_of("ls; cat secret"), "into\nmade.tar\nmake.py\nout.txt\nsecret\nkeep");

  // Who wants links anywhere gets them, and still nothing is put where they lead.
  const auto through = python_tar("add('l', type=tarfile.SYMTYPE, linkname='..')\nadd('l/secret', b'bad')");
  EXPECT_THAT(refusal(through, true), HasSubstr("leads out"));
  EXPECT_EQ(content_of(dir / "secret"), "keep");
  const auto made = files.unpack(dir / "into", python_tar("add('fifo', type=tarfile.FIFOTYPE)\nadd('s', b'x', mode=0o6755)"));
  EXPECT_EQ(made.value().skipped, 1);
  EXPECT_EQ(out_of("stat -c %a into/s"), "755\n");
}

TEST_F(archives, that_are_none_or_are_cut_say_so) {
  EXPECT_THAT(refusal("this is no archive, whatever else it may be"), HasSubstr("invalid_argument: unpack archive:"));
  const auto whole = python_tar("add('a', b'1' * 100000)\nadd('b', b'2' * 100000)");
  EXPECT_THAT(refusal(whole.substr(0, 150'000)), HasSubstr("invalid_argument: unpack archive:"));
  EXPECT_EQ(out_of("ls into"), "a\n"); // half of a file is none
  EXPECT_EQ(files.unpack(dir / "into", "").value().files, 0);
  const auto zipped = files.pack(dir / "into", archive_format::tar_gz).value();
  EXPECT_THAT(refusal(zipped.substr(0, zipped.size() / 2)), HasSubstr("invalid_argument: unpack archive:"));
  EXPECT_THAT(refusal(python_tar("add('a/b', b'')\nadd('a/b/c', b'')")), HasSubstr("not_a_directory"));
}

TEST_F(archives, that_grow_too_much_are_refused) {
  // 2 GiB of zeros, as 32 members of gzip behind that of the entry's header, and a hole of 4 EiB.
  run(
    "python3 -B -c 'import tarfile,sys; i = tarfile.TarInfo(\"z\"); i.size = 2 << 30; sys.stdout.buffer.write(i.tobuf(tarfile.GNU_FORMAT))' | "
    "gzip >bomb.tgz; head -c 67108864 /dev/zero | gzip >zeros; for i in $(seq 32); do cat zeros; done >>bomb.tgz");
  EXPECT_THAT(refusal(content_of(dir / "bomb.tgz")), HasSubstr("too_large: unpack archive: z: the archive would grow too much"));
  const auto sparse =
    python_tar("add('hole', pax_headers={'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'hole',"
               " 'GNU.sparse.realsize': str(1 << 62)}, data=b'0\\n'.ljust(512, b'\\0'))");
  EXPECT_THAT(refusal(sparse), HasSubstr("too_large"));
  EXPECT_EQ(out_of("ls into"), "");
}

TEST_F(archives, break_off_with_what_went_wrong) {
  EXPECT_EQ(files.pack(dir / "none").error().code, errc::file_not_found);
  EXPECT_EQ(files.pack("/dev/null").error().code, errc::invalid_argument);
  run("mkdir -p deep && cd deep && for i in $(seq 250); do mkdir d && cd d; done");
  EXPECT_THAT(files.pack(dir / "deep").error().message, HasSubstr("too long"));
  // Nobody waits for the rest: the programs end, and the next ones work.
  run("mkdir big && head -c 30000000 /dev/zero > big/z");
  {
    const auto opened =
      file_pool::wait<opened_file>([&](auto done) { (*files).pack("", {dir / "big"}, archive_format::tar, done); });
    ASSERT_TRUE(file_pool::wait<std::string>([&](auto done) { opened->bytes->next(done); }));
  }
  EXPECT_TRUE(files.pack(dir / "big"));
  {
    const auto sink = file_pool::wait<std::shared_ptr<archive_sink>>([&](auto done) {
      (*files).unpack("", {dir / "half", false}, done);
    });
    const auto whole = files.pack(dir / "big").value();
    EXPECT_TRUE(file_pool::wait<void>([&](auto done) { (*sink)->write(whole.substr(0, 10'000'000), done); }));
  }
  EXPECT_TRUE(files.unpack(dir / "whole", files.pack(dir / "big").value()));
}

TEST_F(archives, of_a_directory_that_is_swapped_for_a_link_hold_nothing_of_elsewhere) {
  run(
    "mkdir -p tree/d outside && printf secret > outside/f && printf mine > tree/d/f && mkdir spare && ln -s ../outside spare/link");
  std::atomic<bool> over{false};
  std::thread swaps{[&] {
    const auto d = dir / "tree/d", link = dir / "spare/link", aside = dir / "spare/d";
    while (!over) {
      ::rename(d.c_str(), aside.c_str());
      ::rename(link.c_str(), d.c_str());
      ::rename(d.c_str(), link.c_str());
      ::rename(aside.c_str(), d.c_str());
    }
  }};
  for (int i = 0; i < 100; ++i) {
    const auto packed = files.pack(dir / "tree");
    EXPECT_EQ((packed ? *packed : std::string{}).find("secret"), std::string::npos);
    const auto made = files.unpack(dir / "tree", python_tar("add('d/f', b'new')"));
    EXPECT_EQ(content_of(dir / "outside/f"), "secret");
    EXPECT_EQ(names_in(dir / "outside"), std::vector<std::string>{"f"});
  }
  over = true;
  swaps.join();
}

} // namespace
