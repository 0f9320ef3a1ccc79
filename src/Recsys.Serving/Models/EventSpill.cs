using System.Globalization;
using System.Runtime.InteropServices;

namespace Recsys.Serving.Models;

/// <summary>
/// Groups events by user in bounded memory: those of a range of users go to one file, and one file's are sorted in memory at a time. The files are read by the
/// process that wrote them, and deleted with their folder.
/// </summary>
internal sealed class EventSpill : IDisposable
{
    private const int EventsAtOnce = 500_000;
    private const int MaxFiles = 200;

    private readonly WorkFolder _folder;
    private readonly FileStream[] _files;
    private readonly int _usersPerFile;

    /// <param name="folder">For the files; owned.</param>
    /// <param name="users">How many users there are.</param>
    /// <param name="events">How many events are expected.</param>
    public EventSpill(WorkFolder folder, int users, long events)
    {
        _folder = folder;
        var files = (int)Math.Clamp((events / EventsAtOnce) + 1, 1, Math.Min(MaxFiles, Math.Max(1, users)));
        _usersPerFile = Math.Max(1, (users + files - 1) / files);
        _files = new FileStream[files];
        for (var i = 0; i < files; i++)
        {
            var path = folder.Child(i.ToString("D3", CultureInfo.InvariantCulture));
            _files[i] = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }
    }

    /// <summary>Files.</summary>
    public int Count => _files.Length;

    /// <summary>The users of a file: from this one to before <see cref="FirstUser"/> of the next.</summary>
    public int FirstUser(int file) => file * _usersPerFile;

    /// <summary>Takes an event in.</summary>
    public void Add(in SpilledEvent spilled) => _files[spilled.User / _usersPerFile].Write(MemoryMarshal.AsBytes(new ReadOnlySpan<SpilledEvent>(in spilled)));

    /// <summary>The events of a file's users, sorted.</summary>
    public async Task<SpilledEvent[]> ReadAsync(int file, CancellationToken cancellationToken)
    {
        var stream = _files[file];
        await stream.FlushAsync(cancellationToken);
        stream.Position = 0;
        var events = new SpilledEvent[stream.Length / SizeOfEvent];
        stream.ReadExactly(MemoryMarshal.AsBytes(events.AsSpan()));
        Array.Sort(events);
        return events;
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        _folder.Dispose();
    }

    private static int SizeOfEvent => System.Runtime.CompilerServices.Unsafe.SizeOf<SpilledEvent>();
}
