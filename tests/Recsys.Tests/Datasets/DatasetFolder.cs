using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Recsys.Datasets;

namespace Recsys.Tests.Datasets;

/// <summary>A temporary folder of small files, and what a reading of it gives.</summary>
internal sealed class DatasetFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recsys-datasets-");

    public static TimeProvider Clock { get; } = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public string Path => _folder.FullName;

    public string File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    public string File(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public string Gzip(string name, string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return File(name, compressed.ToArray());
    }

    /// <summary>Opens with a clock that stands at the start of 2026, and reads everything.</summary>
    public static DatasetReading Read(string path, string mapping = "", DatasetOptions? options = null)
    {
        options ??= new DatasetOptions();
        return DatasetReading.Of(Dataset.Open(path, options with { Clock = Clock, Mapping = ColumnMapping.Parse(mapping) }));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
