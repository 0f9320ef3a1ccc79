namespace Recsys.Serving.Models;

/// <summary>A folder for temporary files, with whatever is in it deleted when disposed of.</summary>
internal sealed class WorkFolder : IDisposable
{
    public WorkFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A path in it.</summary>
    public string Child(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
