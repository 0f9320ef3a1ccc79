using System.Reflection;

namespace Recsys.Storage.Redis;

/// <summary>The Lua scripts: those of Scripts/*.lua, whole, and those of one call.</summary>
internal static class RedisScript
{
    public static readonly string Commit = Read("commit");
    public static readonly string Load = Read("load");
    public static readonly string ReadUserLog = Read("read_user_log");
    public static readonly string ReadPartition = Read("read_partition");
    public static readonly string DeleteUser = Read("delete_user");
    public static readonly string Erase = Read("erase");
    public static readonly string AllocateItems = Read("allocate_items");
    public static readonly string RestoreItems = Read("restore_items");
    public static readonly string PutDocuments = Read("put_documents");
    public static readonly string ListDocuments = Read("list_documents");
    public static readonly string ReadChanges = Read("read_changes");

    /// <summary>Adds a member to a set: key, member.</summary>
    public const string AddToSet = "return redis.call('SADD', KEYS[1], ARGV[1])";

    /// <summary>Takes a member from a set: key, member.</summary>
    public const string RemoveFromSet = "return redis.call('SREM', KEYS[1], ARGV[1])";

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Recsys.Storage.Redis.Scripts.{name}.lua")
            ?? throw new InvalidOperationException($"The script {name}.lua isn't part of this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
