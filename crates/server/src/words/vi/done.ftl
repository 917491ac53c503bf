# Thông báo sau khi làm xong.
done-saved = Đã lưu.
done-household = Đã thêm hộ. Hãy thêm các thành viên còn lại.
done-split = Đã tách hộ. Hộ mới ở dưới đây; hộ mới chưa có phân loại cho đến khi được rà soát.
done-moved = Hộ đã được chuyển sang địa bàn khác.
done-hamlet = Đã thêm thôn, bản.
done-user = Đã tạo tài khoản.
done-password = Đã đổi mật khẩu. Hãy đăng nhập lại bằng mật khẩu mới.
done-factor = Đã thiết lập mã xác thực thứ hai.
done-signed-out = Anh/chị đã đăng xuất.
done-searched = Đã tìm xong.
done-merged = Đã gộp hai hộ thành một.
done-undone = Đã hoàn tác.
done-tied = Đã gắn tài khoản đăng nhập.
done-untied = Đã gỡ tài khoản đăng nhập. Hãy đăng nhập lại bằng mật khẩu.
done-placed = Đã chuyển thôn, bản.
done-training = Đã hoàn thành bài: mọi câu trả lời đều đúng.
