namespace Recsys.Storage.Sqlite;

/// <summary>A watch that has nothing to end.</summary>
internal sealed class NoWatch : IDisposable
{
    public static readonly NoWatch Instance = new();

    private NoWatch()
    {
    }

    public void Dispose()
    {
    }
}
