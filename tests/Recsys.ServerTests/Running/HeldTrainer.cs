namespace Recsys.ServerTests.Running;

/// <summary>The real trainer, which doesn't begin before it's let: a training lasts as long as a test needs it to.</summary>
internal sealed class HeldTrainer
{
    private readonly string _gate;

    /// <param name="folder">Where its files are; when it's gone, so is whatever still waits.</param>
    /// <param name="isHeld">Whether trainings wait from the beginning on.</param>
    public HeldTrainer(TemporaryFolder folder, bool isHeld)
    {
        (_gate, Path) = (folder.File("gate"), folder.File("held-trainer"));
        if (!isHeld) Let();
        File.WriteAllText(Path, $"#!/bin/sh\nuntil [ -e '{_gate}' ]; do [ -e \"$0\" ] || exit 1; sleep 0.05; done\nexec '{Trainer.Path}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Its program.</summary>
    public string Path { get; }

    /// <summary>Lets trainings begin.</summary>
    public void Let() => File.WriteAllText(_gate, "");

    /// <summary>Holds those that begin from now on.</summary>
    public void Hold() => File.Delete(_gate);
}
